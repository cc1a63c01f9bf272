"""A step of a process in sentences, one a line, so that each can be checked by itself."""

from collections.abc import Iterator
from dataclasses import replace

from engine.handbook import deadlines, endings
from engine.handbook.openings import owed
from engine.handbook.places import Places
from engine.handbook.terms import Terms
from engine.model import Overlay, Step, StepChange


def sentences(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield what a step says: when, who, until when, how it is done, who hears of it, what ends it."""
    if step.campuses is not None:
        yield terms.tell("only at", campus=terms.joined(terms.campus(each) for each in sorted(step.campuses)))
    yield owed(terms, places, step)
    yield from deadlines.gate(terms, places, step)
    yield deadlines.due(terms, places, step)
    yield from deadlines.rest_days(terms, places, step)
    yield from deadlines.ahead(terms, places, step)
    yield from endings.done(terms, places, step)
    yield from deadlines.ladder(terms, places, step)
    yield from endings.until(terms, places, step)
    yield from _manners(terms, step)
    yield from changes(terms, places, step)
    if step.help.text(terms.language):
        yield terms.tell("advice", text=step.help.text(terms.language))


def _manners(terms: Terms, step: Step) -> Iterator[str]:
    usual = any(each.kind in ("every", "quota", "cron") for each in step.opens)
    if (step.overlap == "replace") != usual:
        yield terms.tell("stays" if usual else "replaces")
    if not step.pauses:
        yield terms.tell("runs on")
    if step.optional:
        yield terms.tell("optional")
    if step.contact:
        yield terms.tell(f"contact.{step.contact}")
    if step.rollout:
        yield terms.tell(f"rollout.{step.rollout.applies_to}", day=step.rollout.since)
        if step.rollout.clock == "restart":
            yield terms.tell("rollout.restart")


def changes(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield what campuses do otherwise."""
    for overlay in terms.definitions.overlays.values():
        for change in overlay.changes:
            if change.step == f"{places.process.name}.{step.name}":
                yield from change_of(terms, places, step, overlay, change)


def change_of(terms: Terms, places: Places, step: Step, overlay: Overlay, change: StepChange) -> Iterator[str]:
    """Yield what one campus does otherwise about one step."""
    campus, leave = terms.bare(overlay.title, str(overlay.name)), waiver(terms, change.waiver)
    if change.drop:
        yield terms.tell("change.drop", campus=campus) + leave
        return
    if change.optional:
        yield terms.tell("change.optional", campus=campus) + leave
    values = {str(name): value for name, value in change.values.items()}
    own = replace(step, **values)  # type: ignore[arg-type]
    if "role" in values:
        yield terms.tell("change.role", campus=campus, role=terms.role(values["role"])) + leave
    said = {"due": [deadlines.due(terms, places, own)], "needs": deadlines.gate(terms, places, own)}
    said["ahead"] = deadlines.ahead(terms, places, own)
    for name in ("needs", "due", "ahead"):
        if name in values:
            yield terms.tell(f"change.{name}", campus=campus, sentence="".join(said[name])) + leave


def waiver(terms: Terms, leave: object) -> str:
    """Return who gave leave, why and until when, or ""."""
    if not leave or not isinstance(leave, dict):
        return ""
    return terms.tell("waiver", by=leave.get("by", ""), until=leave.get("until", ""), why=leave.get("why", ""))


def sources(terms: Terms, names: tuple[str, ...]) -> Iterator[str]:
    """Yield each clause with its sentence."""
    for name in names:
        sentence = terms.clause(str(name))
        yield f"{name} {sentence}".rstrip()
