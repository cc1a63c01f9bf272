"""A role is named that no vocabulary has.

Nobody holds such a role: its tasks and escalations would land on nobody's list. Asked only if any roles are declared.

Wrong:
    kind: vocabulary
    id: school
    roles: {learning_manager: 学管师}
    subjects: {student: {events: {file_accepted: {}, visit_logged: {}}}}
    ---
    kind: process
    id: one_on_one
    subject: student
    steps:
      first_call: {role: learning_manger, opens: {on: file_accepted}, due: 1 working_day, done: visit_logged}

Right:
    kind: vocabulary
    id: school
    roles: {learning_manager: 学管师}
    subjects: {student: {events: {file_accepted: {}, visit_logged: {}}}}
    ---
    kind: process
    id: one_on_one
    subject: student
    steps:
      first_call: {role: learning_manager, opens: {on: file_accepted}, due: 1 working_day, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.walk import places
from engine.model import Definitions
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "unknown-role"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each role that owes, records, hears of or stands in, and is not declared."""
    if not definitions.roles:
        return
    for role in _named(definitions):
        if role not in definitions.roles:
            yield Problem(role.span, CODE, f'"{role}" is not a role', hint=did_you_mean(role, definitions.roles))


def _named(definitions: Definitions) -> Iterator[Word]:
    for place in places(definitions):
        yield place.step.role
        yield from (rung.to for rung in place.step.escalate)
    for event in definitions.events.values():
        yield from event.by
    for overlay in definitions.overlays.values():
        for post, instead in overlay.roles.items():
            yield from (post, instead)
        yield from (value for change in overlay.changes for name, value in change.values.items() if name == "role")
