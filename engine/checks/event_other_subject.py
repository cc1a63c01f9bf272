"""A process waits for an event of another subject.

An event is recorded on one case. One of a class never reaches a process of students, so that its tasks wait for ever.

Wrong:
    kind: vocabulary
    id: school
    subjects:
      student: {events: {visit_logged: {}}}
      class: {events: {class_ended: {}}}
    ---
    kind: process
    id: one_on_one
    subject: student
    steps:
      farewell: {role: learning_manager, opens: {on: class_ended}, due: 1 day, done: visit_logged}

Right:
    kind: vocabulary
    id: school
    subjects:
      student: {events: {visit_logged: {}, service_ended: {}}}
      class: {events: {class_ended: {}}}
    ---
    kind: process
    id: one_on_one
    subject: student
    steps:
      farewell: {role: learning_manager, opens: {on: service_ended}, due: 1 day, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.walk import events_named
from engine.model import Definitions
from engine.problems import Problem

CODE = "event-other-subject"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each event in a process that belongs to a subject other than the process's."""
    for name, process in events_named(definitions):
        event = definitions.events.get(name)
        if event is not None and event.subject != process.subject:
            message = f'"{name}" is an event of "{event.subject}", and this process is about "{process.subject}"'
            hint = f'declare an event of "{process.subject}", or write a process about "{event.subject}"'
            yield Problem(name.span, CODE, message, hint=hint)
