"""A subject is named that no vocabulary has.

Asked only if a vocabulary declares subjects: a process by itself may bring its own.

Wrong:
    kind: vocabulary
    id: school
    subjects: {student: {events: {enrolled: {}, called: {}}}}
    ---
    kind: process
    id: welcome
    subject: studnet
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called}

Right:
    kind: vocabulary
    id: school
    subjects: {student: {events: {enrolled: {}, called: {}}}}
    ---
    kind: process
    id: welcome
    subject: student
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called}
"""

from collections.abc import Iterator

from engine.checks.walk import fields
from engine.model import Definitions
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "unknown-subject"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each subject of a process, table, calculation or reference that is not declared."""
    known = [name for name in definitions.subjects if f"subject:{name}" in definitions.places]
    if not known:
        return
    for subject in _named(definitions):
        if subject not in known:
            yield Problem(subject.span, CODE, f'"{subject}" is not a subject', hint=did_you_mean(subject, known))


def _named(definitions: Definitions) -> Iterator[Word]:
    yield from (process.subject for process in definitions.processes.values())
    yield from (table.subject for table in definitions.tables.values() if table.subject is not None)
    yield from (calculation.subject for calculation in definitions.calculations.values())
    yield from (field.to for field in fields(definitions) if field.to is not None)
