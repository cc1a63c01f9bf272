"""Why a step owes nothing on a case, in words, and the smallest change."""

from collections.abc import Iterator, Mapping
from datetime import date

from engine.calendars.zones import moment_text
from engine.explain import Barrier, Change, Way, WhyNot
from engine.handbook.openings import opening as opening_of
from engine.listing import Directory
from engine.model import Field
from engine.report.entry import LIVE
from engine.telling import clauses
from engine.telling.voice import INDENT, Voice, voice
from engine.words import say

#: So many former tasks are listed, the latest ones.
_TASKS = 5


def why_none(found: WhyNot, case_id: str, book: Directory, zone: str) -> str:
    """Return why the step owes nothing on the case, and the smallest change that would make it."""
    day = date.fromisoformat(moment_text(found.as_of, zone)[:10])
    speaker = voice(book, found.process, found.campus, day)
    return "\n".join(_why_none(speaker, found, case_id)) + "\n"


def _why_none(voice: Voice, found: WhyNot, case_id: str) -> Iterator[str]:
    step = voice.terms.step(str(found.step.name), str(found.process.name))
    shown = f"{voice.book.names.get(case_id, '')} {case_id} ".lstrip()
    yield voice.tell("none.title", case=shown if voice.terms.language == "zh" else shown.rstrip(), step=step)
    yield from _former(voice, found)
    yield ""
    yield voice.tell("none.now", at=voice.moment(found.as_of))
    yield from (INDENT + "✗ " + _barrier(voice, found, each) for each in found.barriers)
    if found.facts:
        yield INDENT + voice.tell("none.applies")
        yield from clauses.told(voice, found.facts, None, found.step, 2)
    for number, way in enumerate(found.ways, 1):
        yield from _way(voice, found, way, number)
    yield from _changes(voice, found, case_id)
    yield ""
    yield voice.tell("place", place=found.step.name.span)


def _former(voice: Voice, found: WhyNot) -> Iterator[str]:
    former = sorted(
        (task for task in found.tasks if task["state"] not in LIVE), key=lambda task: int(str(task["opened_at"]))
    )
    if not former:
        return
    yield voice.tell("none.before one" if len(former) == 1 else "none.before", count=len(former))
    latest = former[-_TASKS:]
    if len(former) > len(latest):
        yield INDENT + voice.tell("none.more", count=len(former) - len(latest))
    for task in latest:
        state = say(voice.terms.language, f"state.{task['state']}")
        at = voice.moment(task["closed_at"] or task["cancelled_at"])
        yield INDENT + voice.tell("none.task", state=state, at=at, task=task["task_id"])


def _barrier(voice: Voice, found: WhyNot, barrier: Barrier) -> str:
    if barrier.kind == "ended":
        return voice.tell("ended", at=voice.moment(barrier.at), event=voice.terms.event(barrier.name))
    campuses = sorted(found.step.campuses or ())
    campus = voice.campus(found.campus)
    if barrier.kind == "elsewhere":
        campus = voice.terms.joined(map(voice.campus, campuses))
    return voice.tell(barrier.kind, campus=campus, name=barrier.name)


def _way(voice: Voice, found: WhyNot, way: Way, number: int) -> Iterator[str]:
    opening = opening_of(voice.terms, voice.places, way.opening)
    key = "none.way of several" if len(found.ways) > 1 else "none.way"
    yield INDENT + voice.tell(key, number=number, opening=opening)
    is_awaited = bool(way.opening.events or way.opening.step)
    if is_awaited and not way.came:
        yield INDENT * 2 + voice.tell("none.never")
    elif is_awaited and way.clauses and way.opening.kind in ("on", "each", "after"):
        yield INDENT * 2 + voice.tell("none.last", at=voice.moment(way.last))
    elif is_awaited:
        yield INDENT * 2 + voice.tell("none.last only", at=voice.moment(way.last))
    yield from clauses.told(voice, way.clauses, way.opening, found.step, 2)


def _changes(voice: Voice, found: WhyNot, case_id: str) -> Iterator[str]:
    if found.barriers:
        return
    yield ""
    single = [each for each in found.changes if each.act != "first"]
    yield voice.tell("changes" if len(single) > 1 else "change.one")
    if not single:
        yield INDENT + voice.tell("change.none")
    for change in found.changes:
        yield INDENT + _change(voice, change, case_id)


def _change(voice: Voice, change: Change, case_id: str) -> str:
    match change.act:
        case "wait":
            return voice.tell("change.wait", at=voice.moment(change.at))
        case "first":
            return voice.tell("change.first", step=_step(voice, change.name), case=case_id, name=change.name)
        case "finish":
            event, values = change.values[0]
            assert isinstance(values, tuple)
            own = voice.terms.definitions.events.get(event)
            key = "change.finish" if "." in event else "change.finish by"
            act = voice.tell(key, step=_step(voice, change.name), event=voice.terms.event(event))
            return _with(voice, act, own.fields if own else {}, values)
        case "set":
            subject = voice.terms.definitions.subjects[str(voice.places.process.subject)]
            return voice.tell("change.set", values=_values(voice, subject.fields, change.values))
    own = voice.terms.definitions.events.get(change.name)
    act = voice.tell("change.record", event=voice.terms.event(change.name))
    return _with(voice, act, own.fields if own else {}, change.values)


def _with(voice: Voice, act: str, known: Mapping[str, Field], values: tuple[tuple[str, object], ...]) -> str:
    told = _values(voice, known, values)
    return voice.tell("change.with", act=act, values=told) if told else act


def _values(voice: Voice, known: Mapping[str, Field], values: tuple[tuple[str, object], ...]) -> str:
    return voice.tell("and").join(
        voice.tell("change.value", field=voice.terms.field(known[name]), value=voice.field(known[name], value))
        for name, value in values
        if name in known
    )


def _step(voice: Voice, name: str) -> str:
    return voice.terms.step(name, str(voice.places.process.name))
