"""Scenarios: facts, events and a clock from a file, run like any other day, compared with the tasks that must come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from engine.calendars.calendar import Calendar
from engine.calendars.zones import moment_of, moment_text
from engine.compiler.plan import Plan, full_name
from engine.compiler.world import calendar_of
from engine.decide import check_answer
from engine.importing.values import normalise_event, normalise_facts
from engine.model import Dated, Definitions, Expectation, Parameter, Scenario, ScenarioEvent
from engine.problems import Problem
from engine.run import run
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame
from engine.store.reconcile import UNFINISHED
from engine.text import Word

MOMENTS = ("opened_at", "start_at", "due_at", "visible_at", "closed_at", "cancelled_at")
CODE = "scenario-differs"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one scenario: nothing wrong, or each difference at its place in the file; `tasks` of `frames`."""

    scenario: Scenario
    problems: tuple[Problem, ...]
    tasks: pl.DataFrame
    reached: frozenset[str] = frozenset()  # as `run.Run`; and "table row N" of what was decided

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.problems


def run_scenarios(
    plan: Plan, scenarios: Sequence[Scenario], seen: Callable[[Outcome], None] = lambda _: None
) -> list[Outcome]:
    """Return what came of each scenario."""
    found = []
    for scenario in scenarios:
        found.append(_run(plan, scenario))
        seen(found[-1])
    return found


def _run(plan: Plan, scenario: Scenario) -> Outcome:
    definitions = with_parameters(plan.definitions, scenario.parameters)
    cases, log, as_of, problems = _world_parts(definitions, scenario)
    if problems:
        return Outcome(scenario, tuple(problems), pl.DataFrame())
    if scenario.decide is not None or scenario.calculate is not None:
        wrong, reached = check_answer(definitions, scenario, cases.head(1), log, as_of)
        return Outcome(scenario, tuple(wrong), pl.DataFrame(), reached)
    wanted = _steps(definitions, scenario)
    staff = _staff(cases)
    found = run(
        replace(plan, definitions=definitions), cases, log, as_of, staff=staff, steps=set(wanted.values()), trace=True
    )
    zone = calendar_of(definitions, scenario.campus).zone
    return Outcome(scenario, tuple(_differences(scenario, wanted, found.tasks, zone)), found.tasks, found.reached)


def with_parameters(definitions: Definitions, values: Mapping[Word, Word]) -> Definitions:
    """Return definitions in which these parameters have these values, whatever day and campus."""
    if not values:
        return definitions
    parameters = dict(definitions.parameters)
    for name, value in values.items():
        known: Parameter = parameters[name]
        parameters[str(name)] = replace(known, values=(Dated(None, value),))
    overlays = {
        name: replace(overlay, parameters={key: each for key, each in overlay.parameters.items() if key not in values})
        for name, overlay in definitions.overlays.items()
    }
    return replace(definitions, parameters=parameters, overlays=overlays)


def _steps(definitions: Definitions, scenario: Scenario) -> dict[str, str]:
    """Return the steps that the scenario speaks of, as written and in full."""
    names = [str(each.step) for each in scenario.tasks] + [str(each) for each in scenario.silent]
    process = definitions.processes.get(str(scenario.process))
    return {name: full_name(definitions, process, name) if process else name for name in names}


Parts = tuple[pl.DataFrame, MemoryLog, int, list[Problem]]


def _world_parts(definitions: Definitions, scenario: Scenario) -> Parts:
    zone = calendar_of(definitions, scenario.campus).zone
    problems: list[Problem] = []
    as_of = moment_of(str(scenario.as_of or "2026-01-01 00:00"), zone)
    cases = [
        _case(definitions, scenario, number, each, zone, problems) for number, each in enumerate(scenario.cases, 1)
    ]
    numbers = {str(each["case_id"]): number for number, each in enumerate(cases, 1)}
    events = [_event(definitions, scenario, each, numbers, zone, problems) for each in scenario.events]
    frame = case_frame(cases)
    return frame, MemoryLog(definitions, frame, [each for each in events if each], as_of), as_of, problems


def _case(
    definitions: Definitions,
    scenario: Scenario,
    number: int,
    values: Mapping[Word, object],
    zone: str,
    problems: list[Problem],
) -> dict[str, object]:
    fixed = ("case_id", "subject", "created_at", "campus")
    plain = {str(key): value for key, value in values.items()}
    subject = str(plain.get("subject", "student"))
    facts, wrong = normalise_facts(
        definitions, subject, {key: value for key, value in plain.items() if key not in fixed}, zone, complete=False
    )
    problems += [Problem(scenario.span, "scenario-value", each) for each in wrong]
    created = str(plain.get("created_at") or scenario.as_of or "2026-01-01 00:00")
    return {
        "case_no": number,
        "case_id": str(plain.get("case_id", f"S-{number}")),
        "subject": subject,
        "campus": str(plain.get("campus") or scenario.campus),
        "created_at": moment_of(created, zone),
        "fields": facts,
    }


def _event(
    definitions: Definitions,
    scenario: Scenario,
    line: ScenarioEvent,
    numbers: Mapping[str, int],
    zone: str,
    problems: list[Problem],
) -> NewEvent | None:
    case = str(line.case or next(iter(numbers)))
    if case not in numbers:
        problems.append(Problem(line.span, "scenario-value", f'no case "{case}" in this scenario'))
        return None
    values = {str(key): value for key, value in line.values.items()}
    at = moment_of(str(line.at), zone)
    recorded = moment_of(str(values.pop("recorded_at")), zone) if "recorded_at" in values else at
    by = str(values.pop("by")) if "by" in values else None
    if line.event == "waive":
        values = _waiver(definitions, scenario, values, by)
    else:
        data, wrong = normalise_event(definitions, str(line.event), values, zone, subject=_subject_of(scenario, case))
        problems += [Problem(line.event.span, "scenario-value", each) for each in wrong]
        values = dict(data)
    return NewEvent(numbers[case], str(line.event), at, recorded, by, values)


def _waiver(
    definitions: Definitions, scenario: Scenario, values: Mapping[str, object], by: str | None
) -> dict[str, object]:
    process = definitions.processes.get(str(scenario.process))
    step = str(values["step"])
    name = full_name(definitions, process, step) if process else step
    return {"step": name, "key": str(values.get("key", "")), "by": by or "?", "why": str(values.get("why", "?"))}


def _subject_of(scenario: Scenario, case: str) -> str:
    found = [each for each in scenario.cases if str(each.get(Word("case_id"), "")) == case] or [scenario.cases[0]]
    return str(found[0].get(Word("subject"), "student"))


def _staff(cases: pl.DataFrame) -> pl.DataFrame:
    role = pl.col("fields").str.json_path_match("$.role").alias("role")
    return cases.filter(pl.col("subject") == "staff").select("campus", role, "case_id").drop_nulls("role")


def _differences(scenario: Scenario, wanted: Mapping[str, str], tasks: pl.DataFrame, zone: str) -> Iterable[Problem]:
    rows = [_readable(row, zone) for row in tasks.sort("opened_at", "task_id").iter_rows(named=True)]
    left = list(rows)
    for expected in scenario.tasks:
        mine = [row for row in left if _step(row) == wanted[str(expected.step)]]
        best = max(mine, key=lambda row: _agreement(expected, row), default=None)
        if best is None:
            yield Problem(
                expected.step.span,
                CODE,
                f'expected a task of "{expected.step}", found none{_others(rows, wanted, expected)}',
            )
            continue
        left.remove(best)
        yield from _unequal(expected, best)
    for row in left:
        if row["state"] in UNFINISHED:
            yield from _unexpected(scenario, wanted, row)


def _step(row: Mapping[str, object]) -> str:
    return f"{row['process']}.{row['step']}"


def _others(rows: Sequence[Mapping[str, object]], wanted: Mapping[str, str], expected: Expectation) -> str:
    found = [str(row["task_id"]) for row in rows if _step(row) == wanted[str(expected.step)]]
    return f" (besides {', '.join(found)})" if found else ""


def _readable(row: Mapping[str, object], zone: str) -> dict[str, object]:
    """Return a task with moments as local text to the minute, as people write them in a scenario."""
    shown = {
        name: moment_text(int(str(value)), zone) if name in MOMENTS and value is not None else value
        for name, value in row.items()
    }
    return shown | {"case": row["case_id"]}


def _agreement(expected: Expectation, row: Mapping[str, object]) -> tuple[int, bool]:
    return sum(_is_equal(name, value, row) for name, value in expected.values.items()), row["state"] in UNFINISHED


def _is_equal(name: Word, value: object, row: Mapping[str, object]) -> bool:
    found = row.get(str(name))
    if name in MOMENTS and value is not None:
        text = str(value)
        return found is not None and str(found)[: max(len(text), 10)] == text
    if isinstance(value, list):
        return isinstance(found, list) and sorted(map(str, value)) == sorted(map(str, found))
    if value is None or found is None:
        return value in (None, "") and found in (None, "")
    if isinstance(found, bool):
        return str(value).lower() in (("true", "yes") if found else ("false", "no"))
    return str(found) == str(value)


def _unequal(expected: Expectation, row: Mapping[str, object]) -> Iterable[Problem]:
    for name, value in expected.values.items():
        if str(name) not in row:
            yield Problem(name.span, CODE, f'a task has no "{name}"', f"expected one of {', '.join(sorted(row))}")
        elif not _is_equal(name, value, row):
            yield Problem(
                name.span, CODE, f'"{expected.step}": expected {name} {_said(value)}, found {_said(row[str(name)])}'
            )


def _said(value: object) -> str:
    if value is None:
        return "nothing"
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _unexpected(scenario: Scenario, wanted: Mapping[str, str], row: Mapping[str, object]) -> Iterable[Problem]:
    written = next((name for name, full in wanted.items() if full == _step(row)), None)
    if written is None:
        return
    silent = next((each for each in scenario.silent if each == written), None)
    span = silent.span if silent is not None else scenario.name.span
    told = f'"{written}" should stay silent, found' if silent is not None else f'"{written}" has one more task:'
    yield Problem(span, CODE, f"{told} {row['task_id']}, {row['state']}, due {_said(row['due_at'])}")


def zone_of(definitions: Definitions, campus: str) -> str:
    """Return the time zone of a campus."""
    calendar: Calendar = calendar_of(definitions, campus)
    return calendar.zone
