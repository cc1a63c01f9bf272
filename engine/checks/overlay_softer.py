"""A campus softens a rule of head office without leave.

An overlay may shorten a deadline. To drop a step, make it optional, wait longer or wait for more, it needs a `waiver`
that says who gave it, why, and until when. Only what can be told from the files is reported: spans of one unit, not
an expression against another.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: overlay
    id: pudong
    change:
      welcome.call: {due: 3 days}

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: overlay
    id: pudong
    change:
      welcome.call: {due: 3 days, waiver: {by: head office, why: one manager is ill, until: 2027-01-31}}
"""

from collections.abc import Iterator
from datetime import date

from engine.checks.values import is_longer
from engine.checks.walk import places
from engine.model import Dated, Definitions, Overlay, Parameter, Step, StepChange
from engine.problems import Problem
from engine.text import Span

CODE = "overlay-softer"

_HINT = "add waiver: {by: .., why: .., until: DAY}"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each change of an overlay that is surely softer and has no waiver."""
    steps = {place.full: place.step for place in places(definitions)}
    for overlay in definitions.overlays.values():
        for change in overlay.changes:
            if change.step in steps and not change.waiver:
                yield from _softer_step(definitions, overlay, change, steps[change.step])
        yield from _softer_parameters(definitions, overlay)


def _softer_step(definitions: Definitions, overlay: Overlay, change: StepChange, step: Step) -> Iterator[Problem]:
    name = change.step
    if change.drop:
        yield _problem(name.span, f'"{overlay.name}" drops step "{name}"')
    if change.optional and not step.optional:
        yield _problem(name.span, f'"{overlay.name}" makes step "{name}" optional')
    for key, value in change.values.items():
        if key == "due":
            due = definitions.parameters.get(step.due)
            before = _in_force(due, None) if due is not None else step.due
            if is_longer(value, before):
                yield _problem(value.span, f'"{overlay.name}" gives "{name}" {value}; head office gives {before}')
        if key == "needs" and step.needs is None:
            yield _problem(value.span, f'"{overlay.name}" lets "{name}" wait for a condition; head office does not')


def _softer_parameters(definitions: Definitions, overlay: Overlay) -> Iterator[Problem]:
    promised = {str(word) for place in places(definitions) for word in _promises(place.step)}
    for name, values in overlay.parameters.items():
        parameter = definitions.parameters.get(name)
        if parameter is None or name not in promised or name in overlay.waivers:
            continue
        for each in values:
            before = _in_force(parameter, each.since)
            if is_longer(each.value, before):
                message = f'"{overlay.name}" sets "{name}" to {each.value}; head office has {before}'
                yield _problem(each.value.span, message)


def _promises(step: Step) -> Iterator[str]:
    """Return what says how long a step may take: longer is softer."""
    yield step.due
    yield from (opening.interval for opening in step.opens if opening.interval is not None)


def _in_force(parameter: Parameter, day: date | None) -> str:
    def has_begun(each: Dated) -> bool:
        return day is None or each.since is None or each.since <= day

    begun = [each.value for each in parameter.values if has_begun(each)]
    return begun[-1] if begun else ""


def _problem(span: Span, message: str) -> Problem:
    return Problem(span, CODE, f"{message}, without a waiver", hint=_HINT)
