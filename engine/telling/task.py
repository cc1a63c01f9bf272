"""Why a task is due, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from engine.calendars.zones import moment_text
from engine.explain import Explanation, Owner, Rung
from engine.handbook import endings
from engine.handbook.openings import opening as opening_of
from engine.handbook.terms import plain
from engine.listing import Directory
from engine.model import Field
from engine.report.entry import LIVE
from engine.store.base import NewEvent
from engine.telling import clauses
from engine.telling.deadline import deadline
from engine.telling.outcome import outcome, recorded, state
from engine.telling.voice import INDENT, Voice, voice

#: So many people are named of those who may do it.
_PEOPLE = 5


def why(found: Explanation, book: Directory, events: Mapping[int, NewEvent]) -> str:
    """Return why the task is due: what opened it, what it waited for, its deadline, who owes it, its ladder, its end.

    `events` are the events that opened and closed it, by their numbers.
    """
    start = found.task["start_at"] or found.task["opened_at"]
    campus = str(found.task["campus"] or "")
    day = date.fromisoformat(moment_text(int(str(start)), str(book.zone(campus)))[:10])
    speaker = voice(book, found.process, campus, day)
    return "\n".join(_why(speaker, found, events)).rstrip() + "\n"


def _why(voice: Voice, found: Explanation, events: Mapping[int, NewEvent]) -> Iterator[str]:
    task = found.task
    yield f"{voice.terms.bare(found.step.title, str(found.step.name))}  {task['task_id']}"
    case = str(task["case_id"])
    name = voice.book.names.get(case, "")
    shown = f"{name} {case}".strip()
    campus = voice.campus(str(task["campus"] or ""))
    if name == campus:
        yield voice.tell("case alone", subject=voice.subject(), name=shown)
    else:
        yield voice.tell("case", subject=voice.subject(), name=shown, campus=campus)
    yield voice.tell("state", state=state(voice, found))
    yield from _part(voice, "head.opened", _opened(voice, found, events))
    yield from _part(voice, "head.due", deadline(voice, found))
    yield from _part(voice, "head.owner", (INDENT + text for text in _owner(voice, found.owner, str(task["campus"]))))
    yield from _part(voice, "head.over", (INDENT + text for text in outcome(voice, found, events)))
    yield from _part(voice, "head.ladder", (INDENT + _rung(voice, found, rung) for rung in found.rungs))
    yield from _part(voice, "head.done", _done(voice, found))
    until = endings.until(voice.terms, voice.places, found.step)
    yield from _part(voice, "head.until", (INDENT + text for text in until))
    yield from _part(voice, "head.source", _sources(voice, found))
    yield voice.tell("place", place=found.step.name.span)


def _part(voice: Voice, head: str, lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is not None:
        yield ""
        yield voice.tell(head)
        yield from chain([first], lines)
    elif head == "head.source":
        yield ""


def _opened(voice: Voice, found: Explanation, events: Mapping[int, NewEvent]) -> Iterator[str]:
    at, opening = voice.moment(found.task["opened_at"]), found.opening
    if opening is None:
        yield INDENT + voice.tell("opened.unknown", at=at)
    elif opening.kind == "when":
        yield INDENT + voice.tell("opened.when", at=at)
    else:
        told = opening_of(voice.terms, voice.places, replace(opening, condition=None))
        yield INDENT + voice.tell("opened", at=at, opening=told)
    number = found.task["opening_event"]
    event = events.get(number) if isinstance(number, int) else None
    if event is not None:
        yield INDENT * 2 + recorded(voice, event)
    known = voice.places.task(found.step).opened_by or {}
    if event is not None and (said := voice.fields(_fields(voice, event, known), found.opening_values)):
        yield INDENT * 2 + voice.tell("fields", fields=said)
    if found.clauses:
        if opening is None or opening.kind != "when":
            yield INDENT + voice.tell("conditions")
        yield from clauses.told(voice, found.clauses, opening, found.step, 2)


def _fields(voice: Voice, event: NewEvent, known: Mapping[str, Field]) -> Mapping[str, Field]:
    found = voice.terms.definitions.events.get(event.type)
    return found.fields if found else known


def _owner(voice: Voice, owner: Owner, campus: str) -> Iterator[str]:
    role, here = voice.terms.role(owner.role), voice.campus(campus)
    if owner.role != owner.post:
        yield voice.tell("stands in", campus=here, post=voice.terms.role(owner.post), role=role)
    people = voice.tell("and").join(map(voice.person, owner.holders[:_PEOPLE]))
    if len(owner.holders) > _PEOPLE:
        people = voice.tell("people.more", people=people)
    yield voice.tell(
        f"owner.{owner.why}",
        person=voice.person(owner.person),
        role=role,
        subject=voice.subject(),
        campus=here,
        count=len(owner.holders),
        people=people,
    )


def _rung(voice: Voice, found: Explanation, rung: Rung) -> str:
    role = voice.terms.role(rung.to)
    if rung.at is None:
        return voice.tell("rung.paused" if found.task["waiting_for"] == "paused" else "rung.unknown", role=role)
    passed = not rung.reached and rung.at <= found.as_of
    key = "rung.reached" if rung.reached else "rung.passed" if passed else "rung"
    told = voice.tell(key, at=voice.moment(rung.at), role=role)
    return told + "".join(voice.tell("rung.again", at=voice.moment(at)) for at in rung.again)


def _done(voice: Voice, found: Explanation) -> Iterator[str]:
    for sentence in endings.done(voice.terms, voice.places, found.step):
        yield INDENT + sentence
    if found.task["state"] in LIVE and (missing := _missing(voice, found)):
        yield INDENT + voice.tell("owed", fields=voice.terms.joined(missing))


def _missing(voice: Voice, found: Explanation) -> list[str]:
    """Return what is owed by its title, as the form has it: fields, or choices of the field that is collected."""
    owed = [str(each) for each in missing] if isinstance(missing := found.task["missing"], list) else []
    known = found.step.form or voice.places.closing(found.step, found.step.done.events).fields
    collect = known.get(str(found.step.done.collect or ""))
    if collect is not None:
        return [voice.terms.choice(name, collect.choice_titles) for name in owed]
    fields = [name for name in map(str, known) if name in owed]
    others = [voice.terms.quoted(plain(name)) for name in owed if name not in fields]
    return [voice.terms.field(known[name]) for name in fields] + others


def _sources(voice: Voice, found: Explanation) -> Iterator[str]:
    for name in found.step.source:
        yield INDENT + voice.tell("clause", name=name, text=voice.terms.clause(str(name))).rstrip()
