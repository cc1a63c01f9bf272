"""What a decision table answers, for all rows of a scope at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, or_
from typing import Final

import polars as pl

from engine.decisions.cells import Cell, Ordered, parse_cell
from engine.decisions.choose import PARTS, choose
from engine.decisions.given import shown
from engine.decisions.inner import Inner, RowScope, checked, input_values, kept, types_of, value_of
from engine.expr.scope import Value
from engine.expr.spans import SpanValue
from engine.frames import FIELD_DTYPES
from engine.model import DecisionTable, Field, Rule
from engine.problems import Refused


class DecisionOverlap(Refused):
    """Several rules take the same values: never allowed by hit unique, nor by hit any if their answers differ."""

    def __init__(self, table: DecisionTable, rows: Sequence[int], example: Mapping[str, object]) -> None:
        self.table, self.rows, self.example = str(table.name), tuple(rows), dict(example)
        numbers = " and ".join(map(str, rows))
        values = ", ".join(f"{name} = {shown(value)}" for name, value in example.items()) or "everything"
        why = "one rule at most may" if table.hit == "unique" else "their answers differ"
        super().__init__(f'rows {numbers} of table "{table.name}" take {values}: {why}')


def cell_of(rule: Rule, name: str, field: Field) -> Cell | None:
    """Return a rule's cell for an input, None where it takes everything."""
    word = next((each for key, each in rule.when.items() if key == name), None)
    if word is None:
        return None
    cell = checked(parse_cell(word, field))
    return None if cell.is_any else cell


def matching(cell: Cell, column: pl.Expr) -> pl.Expr:
    """Return for each value of a column whether a cell takes it; never unknown."""
    tests = [_within(column, each.low, each.high, (each.has_low, each.has_high), cell) for each in cell.intervals]
    if cell.values:
        tests.append(column.is_in(list(cell.values)))
    known = reduce(or_, tests) if tests else pl.lit(value=False)
    known = known.fill_null(value=False)
    if cell.negated:
        known = ~known & column.is_not_null()
    return known | column.is_null() if cell.unknown else known


def _within(column: pl.Expr, low: Ordered | None, high: Ordered | None, ends: tuple[bool, bool], cell: Cell) -> pl.Expr:
    if low is not None and low == high:
        return column == _literal(low, cell)
    tests = []
    if low is not None:
        tests.append(column >= _literal(low, cell) if ends[0] else column > _literal(low, cell))
    if high is not None:
        tests.append(column <= _literal(high, cell) if ends[1] else column < _literal(high, cell))
    return pl.all_horizontal(tests)


def _literal(bound: Ordered, cell: Cell) -> pl.Expr:
    if cell.type == "number" and isinstance(bound, Decimal):
        return pl.lit(float(bound))
    return pl.lit(bound, dtype=FIELD_DTYPES[cell.type])


@dataclass(frozen=True, slots=True)
class Asked:
    """A table asked in a scope: the values of its inputs, and for each rule the rows that it takes."""

    table: DecisionTable
    scope: RowScope
    inputs: Mapping[str, Value]
    taken: tuple[pl.Series, ...]

    def value(self, rule: Rule | None, output: Field) -> Value:
        """Return what a rule answers, null where it says nothing."""
        text = None if rule is None else next((each for key, each in rule.then.items() if key == output.name), None)
        if text is None:
            return unknown(output)
        inner = Inner(self.scope, self.inputs, types_of(self.table.inputs))
        return kept(self.scope, value_of(text, output, inner), output)

    def answers(self, output: Field) -> list[tuple[pl.Expr, Value]]:
        """Return for each rule that takes any row where it does, and its answer."""
        pairs = zip(self.taken, self.table.rules, strict=True)
        return [(self.scope.keep(taken), self.value(rule, output)) for taken, rule in pairs if taken.any()]

    def rest(self, output: Field) -> Value:
        """Return what is answered where no rule takes a row."""
        return unknown(output) if (_hits(self) > 0).all() else self.value(self.table.otherwise, output)

    def overlap(self, row: int, rules: Iterable[int]) -> DecisionOverlap:
        """Return the exception that names the rules which take a row."""
        example = {name: self.plain(name)[row] for name in self.inputs}
        return DecisionOverlap(self.table, [each + 1 for each in rules], example)

    def plain(self, name: str) -> pl.Series:
        """Return an input as a column; of a span only whether it is known."""
        value = self.inputs[name]
        return self.scope.column(value.is_known() if isinstance(value, SpanValue) else value)


def unknown(output: Field) -> Value:
    """Return an unknown value of a field's type."""
    if output.type == "duration":
        return SpanValue(**{part: pl.lit(None, pl.Float64) for part in PARTS})
    return pl.lit(None, FIELD_DTYPES[output.type])


def ask(table: DecisionTable, scope: RowScope, given: Mapping[str, Value] | None = None) -> Asked:
    """Return which rules of a table take which rows, whatever the hit policy."""
    inputs = input_values(table.inputs, scope, given or {})
    everything = scope.column(pl.lit(value=True)).alias("·")
    columns = [scope.column(_testable(value)).alias(name) for name, value in inputs.items()]
    frame = pl.DataFrame([everything, *columns])
    if any(rule.since or rule.until for rule in table.rules):
        frame = frame.with_columns(scope.column(day(scope)).alias("·day"))
    tests = [_takes(table, rule).alias(str(number)) for number, rule in enumerate(table.rules)]
    return Asked(table, scope, inputs, tuple(frame.select(tests).get_columns()))


def _testable(value: Value) -> pl.Expr:
    return pl.when(value.is_known()).then(pl.lit("span")) if isinstance(value, SpanValue) else value


def _takes(table: DecisionTable, rule: Rule) -> pl.Expr:
    tests = [pl.col("·")]
    for name, each in table.inputs.items():
        cell = cell_of(rule, name, each.field)
        if cell is not None:
            tests.append(matching(cell, pl.col(name)))
    if rule.since:
        tests.append((pl.col("·day") >= pl.lit(rule.since)).fill_null(value=False))
    if rule.until:
        tests.append((pl.col("·day") <= pl.lit(rule.until)).fill_null(value=False))
    return pl.all_horizontal(tests)


def day(scope: RowScope) -> Value:
    """Return the local day whose rules hold: that of the task's start, else that of the moment asked about."""
    moment = scope.name("now")
    if scope.names.resolve("start") is not None:
        moment = pl.coalesce(scope.name("start"), moment)  # type: ignore[arg-type]
    return scope.calendar("date_of", [moment])


def answer(
    table: DecisionTable, output: str | None, scope: RowScope, given: Mapping[str, Value] | None = None
) -> Value:
    """Return what a table answers for every row; without `output` its first one.

    `given` holds values of inputs; the others come from their expression, else from the scope's name.
    """
    field = table.outputs[output or next(iter(table.outputs))]
    return _POLICIES[table.hit](ask(table, scope, given), field)


def _unique(asked: Asked, output: Field) -> Value:
    for row in _rows(_hits(asked) > 1):
        raise asked.overlap(row, (number for number, taken in enumerate(asked.taken) if taken[row]))
    return _first(asked, output)


def _first(asked: Asked, output: Field) -> Value:
    return choose(asked.answers(output), asked.rest(output))


def _any(asked: Asked, output: Field) -> Value:
    found = choose(asked.answers(output), asked.rest(output))
    columns = _columns(asked.scope, found)
    for number, (rule, taken) in enumerate(zip(asked.table.rules, asked.taken, strict=True)):
        if not taken.any():
            continue
        mine = _columns(asked.scope, asked.value(rule, output))
        for one, other in zip(columns, mine, strict=True):
            for row in _rows(taken & one.ne_missing(other)):
                first = next(each for each, rows in enumerate(asked.taken) if rows[row])
                raise asked.overlap(row, (first, number))
    return found


def _columns(scope: RowScope, value: Value) -> list[pl.Series]:
    parts = value.parts() if isinstance(value, SpanValue) else (value,)
    columns = [scope.column(each if isinstance(each, pl.Expr) else pl.lit(each)) for each in parts]
    return [each.cast(pl.Float64) for each in columns] if isinstance(value, SpanValue) else columns


def _rows(mask: pl.Series) -> pl.Series:
    return mask.fill_null(value=False).arg_true().head(1)


def _hits(asked: Asked) -> pl.Series:
    return pl.DataFrame(asked.taken).select(pl.sum_horizontal(pl.all().cast(pl.Int32)))[:, 0]


def _collect(asked: Asked, output: Field) -> Value:
    hits = _hits(asked)
    if asked.table.aggregate == "count":
        return asked.scope.keep(hits.cast(pl.Float64))
    answers = asked.answers(output)
    found = _COLLECT[asked.table.aggregate](answers, output) if answers else unknown(output)
    otherwise: Value = unknown(output)
    if asked.table.otherwise is not None:
        otherwise = asked.rest(output)
    elif asked.table.aggregate == "sum":
        otherwise = SpanValue() if output.type == "duration" else pl.lit(0).cast(FIELD_DTYPES[output.type])
    return kept(asked.scope, choose([(asked.scope.keep(hits > 0), found)], otherwise), output)


Answers = Sequence[tuple[pl.Expr, Value]]


def _sum(answers: Answers, output: Field) -> Value:
    if output.type == "duration":
        return reduce(
            add, (value.choose(SpanValue(), taken) for taken, value in answers if isinstance(value, SpanValue))
        )
    zero = pl.lit(0).cast(FIELD_DTYPES[output.type])
    return reduce(add, (pl.when(taken).then(_column(value)).otherwise(zero) for taken, value in answers))


def _extreme(best: Callable[[Iterable[pl.Expr]], pl.Expr]) -> Callable[[Answers, Field], Value]:
    return lambda answers, _: best([pl.when(taken).then(_column(value)) for taken, value in answers])


def _together(answers: Answers, output: Field) -> Value:
    empty = pl.lit([], FIELD_DTYPES["choices"])
    assert output.type == "choices", f'"{output.name}" cannot be collected without an aggregate'
    parts = [pl.when(taken).then(_column(value)).otherwise(empty) for taken, value in answers]
    return pl.concat_list(parts).list.unique(maintain_order=True)


def _column(value: Value) -> pl.Expr:
    assert isinstance(value, pl.Expr)
    return value


_COLLECT: Final[dict[str, Callable[[Answers, Field], Value]]] = {
    "sum": _sum,
    "min": _extreme(pl.min_horizontal),
    "max": _extreme(pl.max_horizontal),
    "": _together,
}
_POLICIES: Final[dict[str, Callable[[Asked, Field], Value]]] = {
    "unique": _unique,
    "first": _first,
    "any": _any,
    "collect": _collect,
}
