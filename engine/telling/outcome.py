"""What became of a task: by which event it was done, in time or late; or why it fell away."""

from collections.abc import Iterator, Mapping

from engine.explain import Explanation
from engine.handbook.expression import condition
from engine.store.base import NewEvent
from engine.telling.voice import Voice
from engine.words import say

#: What is typed in later than this after it happened is told with both moments.
_SOON = 3600
_MINUTE = 60


def state(voice: Voice, found: Explanation) -> str:
    """Return the state of a task, and how early or late it is or was."""
    task = found.task
    told = say(voice.terms.language, f"state.{task['state']}")
    due, closed = task["due_at"], task["closed_at"]
    if not isinstance(due, int) or task["cancelled_at"] is not None:
        return told
    at = closed if isinstance(closed, int) else found.as_of
    if isinstance(closed, int):
        key = "late" if at > due else "early"
    else:
        key = "left" if at < due else "late just" if at - due < _MINUTE else "late now"
    return voice.tell(key, state=told, span=voice.span(abs(at - due)))


def outcome(voice: Voice, found: Explanation, events: Mapping[int, NewEvent]) -> Iterator[str]:
    """Yield what became of a task."""
    if isinstance(found.task["closed_at"], int):
        yield from _done(voice, found, events)
    elif found.task["cancelled_at"] is not None:
        yield _cancelled(voice, found, events)


def _done(voice: Voice, found: Explanation, events: Mapping[int, NewEvent]) -> Iterator[str]:
    task = found.task
    number = task["closed_by"]
    event = events.get(number) if isinstance(number, int) else None
    if event is None:
        yield voice.tell("done.itself", at=voice.moment(task["closed_at"]))
        return
    yield voice.tell("done.by", at=voice.moment(task["closed_at"]), event=recorded(voice, event))
    known = voice.terms.definitions.events.get(event.type)
    if known and (said := voice.fields(known.fields, event.data.items())):
        yield voice.tell("fields", fields=said)
    if task["late_entry"]:
        yield voice.tell("late_entry", at=voice.moment(event.recorded_at))


def recorded(voice: Voice, event: NewEvent) -> str:
    """Return an event with its moment, and by whom and when it was typed in."""
    named, at = voice.terms.event(event.type), voice.moment(event.at)
    if event.by:
        text = voice.tell("event.by", event=named, at=at, by=voice.person(event.by))
    else:
        text = voice.tell("event", event=named, at=at)
    if event.recorded_at - event.at > _SOON:
        text = voice.tell("event.typed", event=text, at=voice.moment(event.recorded_at))
    return text


def _cancelled(voice: Voice, found: Explanation, events: Mapping[int, NewEvent]) -> str:
    at = voice.moment(found.task["cancelled_at"])
    kind, _, what = str(found.task["cancelled_why"] or "").partition(":")
    if kind == "waived":
        event = events.get(int(what)) if what.isdecimal() else None
        said = event.data if event else {}
        by = str(said.get("by") or (event.by if event else "") or "")
        return voice.tell("waived", at=at, why=said.get("why", ""), by=voice.person(by))
    if kind == "until" and any(str(ending.when or "") == what for ending in found.step.until):
        told = condition(voice.terms, voice.places.task(found.step), what)
        return voice.tell("cancelled.when", at=at, condition=told)
    names = voice.terms.events(what.split("|")) if what else ""
    return voice.tell(f"cancelled.{kind}", at=at, events=names)
