"""A scenario's moment, or what it expects of a task, can't be.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: scenarios
    process: welcome
    scenarios:
      - name: a call after enrolment
        events: [{at: "2026-02-30 09:00", event: enrolled}]
        as_of: "2026-03-03 09:00"
        tasks: [{step: call, state: opened}]

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: scenarios
    process: welcome
    scenarios:
      - name: a call after enrolment
        events: [{at: "2026-02-28 09:00", event: enrolled}]
        as_of: "2026-03-03 09:00"
        tasks: [{step: call, state: open}]
"""

from collections.abc import Iterator

from engine.checks.values import wanted
from engine.model import Definitions, Expectation, Scenario
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "scenario-values"

_STATES = ("waiting", "open", "breached", "done", "done_late", "waived", "cancelled")
_MOMENTS = frozenset({"opened_at", "start_at", "due_at", "visible_at", "closed_at", "cancelled_at", "created_at"})
_KEYS = _MOMENTS | frozenset(
    {"task_id", "case", "case_id", "subject", "campus", "process", "key", "role", "assignee", "state", "waiting_for"}
    | {"escalated_to", "missing", "cancelled_why", "late_entry", "provisional"}
)


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report moments that no calendar has, unknown states and keys, and scenarios that look at nothing."""
    for scenario in definitions.scenarios:
        for moment in _moments(scenario):
            if wanted(moment, "moment"):
                yield Problem(
                    moment.span, CODE, f'"{moment}" is no moment of the calendar', hint="write it as 2026-03-01 09:00"
                )
        for expected in scenario.tasks:
            yield from _expected(expected)
        if not scenario.tasks and not scenario.silent and not scenario.expect:
            message = "this scenario expects nothing"
            hint = 'say which "tasks" must be there, which steps stay "silent", or what to "expect"'
            yield Problem(scenario.span, CODE, message, hint=hint, severity="warning")
        if (scenario.tasks or scenario.silent) and scenario.as_of is None:
            message = 'this scenario expects tasks, and has no "as_of"'
            yield Problem(scenario.span, CODE, message, hint='add "as_of", the moment at which it is looked at')


def _moments(scenario: Scenario) -> Iterator[Word]:
    yield from (line.at for line in scenario.events)
    if scenario.as_of is not None:
        yield scenario.as_of
    for values in (*scenario.cases, *(each.values for each in scenario.tasks)):
        for key, value in values.items():
            if key in _MOMENTS and isinstance(value, Word):
                yield value


def _expected(expected: Expectation) -> Iterator[Problem]:
    for key, value in expected.values.items():
        if key not in _KEYS:
            yield Problem(key.span, CODE, f'"{key}" can\'t be expected of a task', hint=did_you_mean(key, _KEYS))
        if key == "state" and value not in _STATES:
            span = value.span if isinstance(value, Word) else key.span
            message = f'"{value}" is not a state of a task'
            yield Problem(span, CODE, message, hint=did_you_mean(str(value), _STATES))
