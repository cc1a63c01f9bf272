"""A name is taken that the language uses itself.

Every case has `case_id`, `campus` and `created_at`, every subject the event `set`, and expressions have `now`, `start`,
`due` and `opened_at`. A field of the same name could not be told from them.

Wrong:
    kind: vocabulary
    id: school
    subjects:
      student: {fields: {campus: {type: text}}}

Right:
    kind: vocabulary
    id: school
    subjects:
      student: {fields: {old_campus: {type: text}}}
"""

from collections.abc import Iterator

from engine.model import Definitions
from engine.problems import Problem
from engine.text import Word

CODE = "reserved-name"

_OF_CASES = frozenset({"case_id", "campus", "created_at"})
_OF_TASKS = frozenset({"now", "start", "due", "opened_at"})
_OF_SYNTAX = frozenset({"and", "or", "not", "in", "if", "else", "true", "false", "yes", "no"})
_OF_LINES = frozenset({"at", "event", "case", "waive"})
_EVENTS = frozenset({"set", "waive", "void"})


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report fields, events, formulas and parameters with a name that means something else already."""
    for subject in definitions.subjects.values():
        yield from (_problem(each.name, "every case") for each in subject.fields.values() if each.name in _OF_CASES)
    for name in _names(definitions):
        if name in _OF_TASKS | _OF_SYNTAX:
            yield _problem(name, "every expression")
    for event in definitions.events.values():
        if event.name in _EVENTS:
            yield _problem(event.name, "every subject")
        for field in event.fields.values():
            if field.name in _OF_LINES:
                yield _problem(field.name, "every line of a scenario")


def _names(definitions: Definitions) -> Iterator[Word]:
    for subject in definitions.subjects.values():
        yield from (each.name for each in subject.fields.values())
    for formulas in definitions.formulas.values():
        yield from (each.name for each in formulas.values())
    for event in definitions.events.values():
        yield from (each.name for each in event.fields.values())
    yield from (each.name for each in definitions.parameters.values())


def _problem(name: Word, where: str) -> Problem:
    return Problem(name.span, CODE, f'"{name}" has a meaning of its own in {where}', hint="choose another name")
