"""`same` matches a task by its key, and tasks of this step have none.

`opens: {on: ..}` opens one task a case, without a key. Only `each`, `after` and the rhythms key their tasks.

Wrong:
    kind: process
    id: absences
    subject: student
    events:
      absence: {fields: {lesson: {type: text}}}
      contacted: {fields: {lesson: {type: text}}}
    steps:
      contact: {role: learning_manager, opens: {on: absence}, due: end of day, done: {by: contacted, same: lesson}}

Right:
    kind: process
    id: absences
    subject: student
    events:
      absence: {fields: {lesson: {type: text}}}
      contacted: {fields: {lesson: {type: text}}}
    steps:
      contact:
        role: learning_manager
        opens: {each: absence, same: lesson}
        due: end of day
        done: {by: contacted, same: lesson}
"""

from collections.abc import Iterator

from engine.checks.walk import endings, places
from engine.model import Definitions
from engine.problems import Problem

CODE = "same-without-key"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each `same` of `done` or `until` in a step that opens by `on` only."""
    for place in places(definitions):
        if any(opening.kind != "on" for opening in place.step.opens):
            continue
        for ending in endings(place.step):
            if ending.same is not None:
                message = f'"same" needs tasks with a key; step "{place.step.name}" opens one task a case, by "on"'
                hint = "open it by {each: EVENT, same: FIELD}"
                yield Problem(ending.same.span, CODE, message, hint=hint)
