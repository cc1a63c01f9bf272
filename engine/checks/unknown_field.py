"""A step asks for a field that its event does not have.

`evidence`, `same` and `collect` name fields of an event. A field that the event's form lacks can never be filled in.

Wrong:
    kind: process
    id: absences
    subject: student
    events:
      absence: {fields: {lesson: {type: text}}}
      contacted: {fields: {lesson: {type: text}, minutes: {type: number}}}
    steps:
      contact_absent:
        role: learning_manager
        opens: {each: absence, same: lesson}
        due: end of day
        done: {by: contacted, same: lesson}
        evidence: [minute]

Right:
    kind: process
    id: absences
    subject: student
    events:
      absence: {fields: {lesson: {type: text}}}
      contacted: {fields: {lesson: {type: text}, minutes: {type: number}}}
    steps:
      contact_absent:
        role: learning_manager
        opens: {each: absence, same: lesson}
        due: end of day
        done: {by: contacted, same: lesson}
        evidence: [minutes]
"""

from collections.abc import Iterable, Iterator, Mapping

from engine.checks.walk import SET, Place, endings, places
from engine.model import Definitions, Field
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "unknown-field"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each field that a step asks of an event without it, and each that an event sets and no case has."""
    for place in places(definitions):
        for events, name in _asked(place):
            yield from _missing(definitions, place, events, name)
    for event in definitions.events.values():
        subject = definitions.subjects.get(event.subject)
        for name in event.sets:
            if subject is not None and name not in subject.fields:
                message = f'"{name}" is not a field of "{event.subject}"'
                yield Problem(name.span, CODE, message, hint=did_you_mean(name, subject.fields))


def _asked(place: Place) -> Iterator[tuple[Iterable[Word], Word]]:
    """Return events of a step and a field that each of them must have."""
    for opening in place.step.opens:
        if opening.same is not None:
            yield opening.events, opening.same
    for ending in endings(place.step):
        yield from ((ending.events, name) for name in (ending.same, ending.collect) if name is not None)
    yield from ((place.step.done.events, name) for name in place.step.evidence)


def _missing(definitions: Definitions, place: Place, events: Iterable[Word], name: Word) -> Iterator[Problem]:
    for event in events:
        known = _fields(definitions, event, str(place.process.subject))
        if known is not None and name not in known:
            message = f'"{name}" is not a field of event "{event}"'
            yield Problem(name.span, CODE, message, hint=did_you_mean(name, known))


def _fields(definitions: Definitions, event: str, subject: str) -> Mapping[str, Field] | None:
    if event == SET:
        return definitions.subjects[subject].fields if subject in definitions.subjects else None
    return definitions.events[event].fields if event in definitions.events else None
