"""One decision or one calculation, for a case or for values given by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from engine.calendars.zones import moment_text
from engine.compiler.scope import Rows
from engine.compiler.world import World, calendar_of
from engine.decisions.calculation import Statement, statement
from engine.decisions.columns import answer
from engine.decisions.given import given_values, shown
from engine.decisions.inner import input_values, plain
from engine.decisions.trace import RuleTrace, trace
from engine.expr.scope import Value
from engine.frames import Log
from engine.model import DecisionTable, Definitions, Input, Scenario
from engine.problems import Problem, Refused
from engine.store.log import MemoryLog, case_frame

CODE = "scenario-differs"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table answers: its inputs and outputs by name, and how each rule met the inputs."""

    table: DecisionTable
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    traces: Sequence[RuleTrace]


def decide(
    definitions: Definitions,
    table: str,
    given: Mapping[str, object],
    at: int,
    case: pl.DataFrame | None = None,
    log: Log | None = None,
) -> Decision:
    """Return what a table answers as of a moment: to the facts of a case, to values given, or to both."""
    found = definitions.tables[table]
    scope = _scope(definitions, str(found.subject or ""), at, case, log)
    values = _given(found.inputs, given)
    inputs = {name: plain(scope, value) for name, value in input_values(found.inputs, scope, values).items()}
    outputs = {name: plain(scope, answer(found, name, scope, values)) for name in found.outputs}
    return Decision(found, inputs, outputs, trace(found, scope, values))


def calculate(
    definitions: Definitions,
    name: str,
    given: Mapping[str, object],
    at: int,
    case: pl.DataFrame | None = None,
    log: Log | None = None,
) -> Statement:
    """Return a calculation as of a moment, line by line."""
    found = definitions.calculations[name]
    scope = _scope(definitions, str(found.subject), at, case, log)
    return statement(found, scope, definitions, _given(found.inputs, given))


def _given(inputs: Mapping[str, Input], given: Mapping[str, object]) -> dict[str, Value]:
    values = given_values(inputs, given)
    if isinstance(values, list):
        raise Refused("\n".join(f"{each.message}; {each.hint}" if each.hint else each.message for each in values))
    return dict(values)


def _scope(definitions: Definitions, subject: str, at: int, case: pl.DataFrame | None, log: Log | None) -> Rows:
    """Return the scope of a case, or of a case of which nothing is known."""
    if case is None or log is None:
        case = case_frame(
            [{"case_no": 1, "case_id": "?", "subject": subject, "campus": "", "created_at": at, "fields": {}}]
        )
        log = MemoryLog(definitions, case, [], at)
    world = World(definitions, case, log, at)
    return Rows(world, subject, np.zeros(1, np.int64), np.array([at], np.int64))


def check_answer(
    definitions: Definitions, scenario: Scenario, case: pl.DataFrame, log: Log, at: int
) -> tuple[list[Problem], frozenset[str]]:
    """Return how what a table or calculation answers differs from what is expected, and the rows that answered."""
    given = {str(name): value for name, value in scenario.given.items()}
    try:
        if scenario.decide is not None:
            found, reached = _decided(definitions, str(scenario.decide), given, case, log, at)
        else:
            found, reached = _calculated(definitions, str(scenario.calculate), given, case, log, at)
    except Refused as refused:
        return [Problem(scenario.name.span, CODE, str(refused))], frozenset()
    return list(_differences(scenario, found)), frozenset(reached)


Answers = tuple[dict[str, object], set[str]]


def _decided(
    definitions: Definitions, table: str, given: Mapping[str, object], case: pl.DataFrame, log: Log, at: int
) -> Answers:
    decision = decide(definitions, table, given, at, case, log)
    rows = {f"{table} row {each.number}" for each in decision.traces if each.matched} or {f"{table} otherwise"}
    zone = calendar_of(definitions, str(case["campus"][0] or "")).zone
    kinds = {str(name): field.type for name, field in decision.table.outputs.items()}
    outputs = {  # a moment as the scenario writes it
        name: moment_text(value, zone) if kinds[name] == "moment" and isinstance(value, int) else value
        for name, value in decision.outputs.items()
    }
    return outputs | {"": next(iter(outputs.values()), None)}, rows


def _calculated(
    definitions: Definitions, name: str, given: Mapping[str, object], case: pl.DataFrame, log: Log, at: int
) -> Answers:
    lines = calculate(definitions, name, given, at, case, log)
    rows = {f"{table} row {row}" if row else f"{table} otherwise" for each in lines.lines for table, row in each.rows}
    return {each.name: each.amount for each in lines.lines} | {"": lines.result}, rows


def _differences(scenario: Scenario, found: Mapping[str, object]) -> Iterator[Problem]:
    for name, expected in scenario.expect.items():
        if str(name) not in found:
            yield Problem(
                name.span, CODE, f'there is no "{name}"', f"expected one of {', '.join(sorted(filter(None, found)))}"
            )
        elif not _is_equal(expected, found[str(name)]):
            yield Problem(name.span, CODE, f"expected {name} {_text(expected)}, found {shown(found[str(name)])}")


def _is_equal(expected: object, found: object) -> bool:
    if isinstance(found, bool) or found is None:
        return (
            _text(expected).lower() in ({True: ("yes", "true"), False: ("no", "false"), None: ("unknown", "")}[found])
        )
    if isinstance(found, Decimal | float | int):
        try:
            return Decimal(_text(expected)) == Decimal(str(found))
        except ArithmeticError:
            return False
    return _text(expected) == shown(found)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)
