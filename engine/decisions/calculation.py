"""Calculations: every line for all rows at once, or a statement for one case with the clause of each line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.decisions.columns import answer
from engine.decisions.inner import Inner, RowScope, checked, input_values, kept, plain, types_of, value_of
from engine.decisions.rests import Rests
from engine.expr.parse import parse
from engine.expr.scope import Value
from engine.expr.types import Type, type_of_field
from engine.expr.uses import uses
from engine.model import Calculation, DecisionTable, Definitions, Field, FieldType, Line, Title

Tables = Mapping[str, DecisionTable]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line for one case. `amount` is a Decimal, a number, a text, yes/no or a span; None: unknown."""

    name: str
    title: Title
    type: FieldType
    amount: object
    clauses: tuple[str, ...]  # of the line, the rows of tables that it took and the parameters that it used
    used: tuple[tuple[str, object], ...]  # names in it and inputs of its tables, with their values
    rows: tuple[tuple[str, int], ...]  # (table, row) that answered; row 0: otherwise
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """A calculation for one case."""

    calculation: Calculation
    inputs: tuple[tuple[str, object], ...]
    lines: tuple[StatementLine, ...]

    @property
    def result(self) -> object:
        """The amount of the line that answers."""
        return next(each.amount for each in self.lines if each.name == self.calculation.result)


class _Sums:
    """A calculation as far as it has come: its inputs and the lines so far are names of the next line."""

    def __init__(self, calculation: Calculation, scope: RowScope, tables: Tables, given: Mapping[str, Value]) -> None:
        self.calculation = calculation
        self.scope = scope
        self.tables = tables
        self.values = input_values(calculation.inputs, scope, given)
        self.types: dict[str, Type] = types_of(calculation.inputs)

    def inner(self) -> Inner:
        """Return the scope of the next line."""
        return Inner(self.scope, dict(self.values), dict(self.types), self.decide)

    def given(self, table: DecisionTable) -> dict[str, Value]:
        """Return the inputs and lines that a table takes as its inputs: those of the same name."""
        return {name: self.values[name] for name in table.inputs if name in self.values}

    def decide(self, table: str, output: str | None) -> Value:
        """Return what a table answers to the inputs and lines so far."""
        found = self.tables[table]
        return answer(found, output, self.scope, self.given(found))

    def add(self, line: Line) -> Value:
        """Compute a line."""
        field = Field(line.name, line.type)
        value = kept(self.scope, value_of(line.amount, field, self.inner()), field)
        self.values[str(line.name)] = value
        self.types[str(line.name)] = type_of_field(field)
        return value


def calculate(
    calculation: Calculation, scope: RowScope, tables: Tables, given: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """Return the value of every line, for all rows; a line sees inputs, earlier lines, facts and parameters."""
    sums = _Sums(calculation, scope, tables, given or {})
    return {name: sums.add(line) for name, line in calculation.lines.items()}


def statement(
    calculation: Calculation, scope: RowScope, definitions: Definitions, given: Mapping[str, Value] | None = None
) -> Statement:
    """Return a calculation for the one row of a scope, with what made each line."""
    sums = _Sums(calculation, scope, definitions.tables, given or {})
    inputs = tuple((name, plain(scope, value)) for name, value in sums.values.items())
    return Statement(calculation, inputs, tuple(_line(sums, line, definitions) for line in calculation.lines.values()))


def _line(sums: _Sums, line: Line, definitions: Definitions) -> StatementLine:
    rests = Rests(definitions, str(sums.calculation.subject), sums.scope, sums.given)
    rests.read(line.amount, sums.inner())
    used, tables = _used(sums, line), rests.tables.values()
    for taken in tables:
        used |= {name: value for name, value in taken.inputs.items() if name not in used}
    rows = tuple((str(taken.table.name), number) for taken in tables for number in taken.rows)
    clauses = tuple(dict.fromkeys(_clauses(line, rests, definitions)))
    amount = plain(sums.scope, sums.add(line))
    return StatementLine(str(line.name), line.title, line.type, amount, clauses, tuple(used.items()), rows, line.shown)


def _clauses(line: Line, rests: Rests, definitions: Definitions) -> Iterator[str]:
    """Yield the clauses of the rows and parameters that came into a line, its own first.

    A line whose table has a clause a row names them all; those of rows that did not answer are left out.
    """
    tables = rests.tables.values()
    applied = [
        str(each) for taken in tables for rule in taken.rows.values() for each in rule.source or taken.table.source
    ]
    others = {str(each) for taken in tables for rule in taken.others for each in rule.source} - set(applied)
    yield from (str(each) for each in line.source if each not in others)
    yield from applied
    yield from (str(each) for name in rests.parameters for each in definitions.parameters[name].source)


def _used(sums: _Sums, line: Line) -> dict[str, object]:
    inner, names = sums.inner(), uses(checked(parse(line.amount))).names - {"now"}
    known = [each for each in names if inner.names.resolve(each) is not None]
    return {name: plain(sums.scope, inner.name(name)) for name in sorted(known, key=str(line.amount).find)}
