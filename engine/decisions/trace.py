"""Why a table answers as it does, for one case: each rule in order, with every input that did not fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions.cells import Plain
from engine.decisions.columns import cell_of, day
from engine.decisions.given import shown
from engine.decisions.inner import RowScope, input_values, plain
from engine.expr.scope import Value
from engine.model import DecisionTable, Rule


@dataclass(frozen=True, slots=True)
class Failure:
    """An input whose value a cell does not take."""

    input: str
    cell: str
    value: object

    def __str__(self) -> str:
        return f'{self.input} is {shown(self.value)}, not "{self.cell}"'


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule, numbered from 1: whether it takes the case, and if not, every input that failed."""

    number: int
    rule: Rule
    matched: bool
    failures: tuple[Failure, ...] = ()
    in_force: bool = True  # on the day that counts


def trace(table: DecisionTable, scope: RowScope, given: Mapping[str, Value] | None = None) -> list[RuleTrace]:
    """Return how each rule of a table meets the one row of a scope."""
    values = {name: plain(scope, value) for name, value in input_values(table.inputs, scope, given or {}).items()}
    dated = any(rule.since or rule.until for rule in table.rules)
    today = plain(scope, day(scope)) if dated else None
    return [_traced(table, number, rule, values, today) for number, rule in enumerate(table.rules, 1)]


def _traced(table: DecisionTable, number: int, rule: Rule, values: Mapping[str, object], today: object) -> RuleTrace:
    in_force = not (
        (rule.since is not None and (today is None or today < rule.since))  # type: ignore[operator]
        or (rule.until is not None and (today is None or rule.until < today))  # type: ignore[operator]
    )
    failures = []
    for name, each in table.inputs.items():
        cell = cell_of(rule, name, each.field)
        if cell is not None and not cell.matches(_testable(values[name])):
            failures.append(Failure(name, cell.text, values[name]))
    return RuleTrace(number, rule, in_force and not failures, tuple(failures), in_force)


def _testable(value: object) -> Plain:
    """Return a value as cells take it: of a list or a span they only ask whether it is known."""
    return value if value is None or isinstance(value, Plain) else "known"


def taken(table: DecisionTable, traces: list[RuleTrace]) -> list[Rule]:
    """Return the rules that make the answer: the otherwise row where none takes the case."""
    matched = [each.rule for each in traces if each.matched]
    if not matched:
        return [table.otherwise] if table.otherwise else []
    return matched[:1] if table.hit == "first" else matched
