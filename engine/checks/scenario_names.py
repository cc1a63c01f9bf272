"""A scenario names something that the definitions do not have.

It would pass, or fail, for a reason that has nothing to do with the rule it is about.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {fields: {minutes: {type: number}}}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: scenarios
    process: welcome
    scenarios:
      - name: a call after enrolment
        events: [{at: "2026-03-02 09:00", event: enroled}]
        as_of: "2026-03-03 09:00"
        tasks: [{step: call, state: open}]

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {fields: {minutes: {type: number}}}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: scenarios
    process: welcome
    scenarios:
      - name: a call after enrolment
        events: [{at: "2026-03-02 09:00", event: enrolled}]
        as_of: "2026-03-03 09:00"
        tasks: [{step: call, state: open}]
"""

from collections.abc import Collection, Iterable, Iterator

from engine.checks.walk import SET, places
from engine.model import Definitions, Scenario, ScenarioEvent
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "scenario-names"

_OF_CASE = frozenset({"case_id", "subject", "created_at", "campus"})
_OF_LINE = frozenset({"recorded_at", "event_id", "by", "task_key"})
_WAIVER = frozenset({"step", "by", "why", "key"})


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each unknown process, step, event, field, table, calculation and campus of a scenario."""
    steps = {place.full for place in places(definitions)}
    campuses = {str(campus) for overlay in definitions.overlays.values() for campus in overlay.campuses}
    for scenario in definitions.scenarios:
        yield from _asked(definitions, scenario)
        yield from _steps(scenario, steps)
        yield from _cases(definitions, scenario)
        for line in scenario.events:
            yield from _line(definitions, scenario, line)
        near = did_you_mean(scenario.campus, campuses)
        if scenario.campus not in campuses and near.startswith("did you mean"):
            message = f'"{scenario.campus}" has no overlay'
            yield Problem(scenario.span, CODE, message, hint=near, severity="warning")


def _asked(definitions: Definitions, scenario: Scenario) -> Iterator[Problem]:
    yield from _unknown(scenario.process, definitions.processes, "a process")
    yield from _unknown(scenario.decide, definitions.tables, "a decision table")
    yield from _unknown(scenario.calculate, definitions.calculations, "a calculation")


def _steps(scenario: Scenario, known: set[str]) -> Iterator[Problem]:
    named = [each.step for each in scenario.tasks] + list(scenario.silent)
    named += [value for line in scenario.events if line.event == "waive" for value in _waived(line)]
    for name in named:
        full = name if "." in name or scenario.process is None else f"{scenario.process}.{name}"
        if full not in known:
            own = [each.removeprefix(f"{scenario.process}.") for each in known]
            yield Problem(name.span, CODE, f'"{name}" is not a step', hint=did_you_mean(name, own))


def _waived(line: ScenarioEvent) -> Iterator[Word]:
    yield from (value for key, value in line.values.items() if key == "step" and isinstance(value, Word))


def _cases(definitions: Definitions, scenario: Scenario) -> Iterator[Problem]:
    for case in scenario.cases:
        subject = next((value for key, value in case.items() if key == "subject"), None)
        if not isinstance(subject, Word):
            continue
        yield from _unknown(subject, definitions.subjects, "a subject")
        if subject in definitions.subjects:
            known = {*definitions.subjects[subject].fields, *_OF_CASE}
            yield from _fields(case, known, f'"{subject}"')


def _line(definitions: Definitions, scenario: Scenario, line: ScenarioEvent) -> Iterator[Problem]:
    if line.event == "waive":
        yield from _fields(line.values, _WAIVER, "a waiver")
        return
    if line.event == SET:
        known = {str(name) for subject in definitions.subjects.values() for name in subject.fields}
        yield from _fields(line.values, {*known, "campus", *_OF_LINE}, "the case")
        return
    if line.event not in definitions.events:
        process = definitions.processes.get(scenario.process or "")
        own = [name for name, event in definitions.events.items() if process and event.subject == process.subject]
        message = f'"{line.event}" is not an event'
        yield Problem(line.event.span, CODE, message, hint=did_you_mean(line.event, own or definitions.events))
        return
    known = {*definitions.events[line.event].fields, *_OF_LINE}
    yield from _fields(line.values, known, f'event "{line.event}"')


def _fields(given: Iterable[Word], known: set[str] | frozenset[str], of: str) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            yield Problem(name.span, CODE, f'"{name}" is not a field of {of}', hint=did_you_mean(name, known))


def _unknown(name: Word | None, known: Collection[str], what: str) -> Iterator[Problem]:
    if name is not None and name not in known:
        yield Problem(name.span, CODE, f'"{name}" is not {what}', hint=did_you_mean(name, known))
