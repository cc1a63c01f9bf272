"""Something names a step, or a process, that does not exist.

Wrong:
    kind: process
    id: one_on_one
    subject: student
    events: {file_accepted: {}, visit_logged: {}, plan_written: {}}
    steps:
      first_call: {role: learning_manager, opens: {on: file_accepted}, due: 1 working_day, done: visit_logged}
      plan: {role: teacher, opens: {after: first_cal}, due: 2 days, done: plan_written}

Right:
    kind: process
    id: one_on_one
    subject: student
    events: {file_accepted: {}, visit_logged: {}, plan_written: {}}
    steps:
      first_call: {role: learning_manager, opens: {on: file_accepted}, due: 1 working_day, done: visit_logged}
      plan: {role: teacher, opens: {after: first_call}, due: 2 days, done: plan_written}
"""

from collections.abc import Iterator

from engine.checks.walk import full_name, places
from engine.model import Definitions
from engine.problems import Problem, did_you_mean

CODE = "unknown-step"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each `after`, and each change or addition of an overlay, that leads to no step or process."""
    known = {place.full for place in places(definitions)}
    for place in places(definitions):
        for opening in place.step.opens:
            if opening.step is not None and full_name(place.process, opening.step) not in known:
                prefix = f"{place.process.name}."
                own = [each.removeprefix(prefix) for each in known]
                message = f'"{opening.step}" is not a step of "{place.process.name}"'
                yield Problem(opening.step.span, CODE, message, hint=did_you_mean(opening.step, own))
    for overlay in definitions.overlays.values():
        for change in overlay.changes:
            if change.step not in known:
                message = f'"{change.step}" is not a step'
                yield Problem(change.step.span, CODE, message, hint=did_you_mean(change.step, known))
        for process in overlay.steps:
            if process not in definitions.processes:
                message = f'"{process}" is not a process'
                yield Problem(process.span, CODE, message, hint=did_you_mean(process, definitions.processes))
