"""Conditions in words, each with whether it holds and the values that it spoke of."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.explain import Clause
from engine.expr.surroundings import Surroundings
from engine.handbook.expression import condition
from engine.model import Opening, Step
from engine.telling.voice import INDENT, Voice

_MARKS: Final = {True: "✓", False: "✗", None: "?"}


def told(voice: Voice, clauses: Iterable[Clause], opening: Opening | None, step: Step, depth: int = 1) -> Iterator[str]:
    """Yield a line a clause; below a formula that does not hold, what it is made of."""
    for clause in clauses:
        names = _where(voice, clause, opening, step)
        values = [voice.asked(names, text, value) for text, value in clause.values]
        sentence = condition(voice.terms, names, clause.text)
        said = INDENT + voice.tell("said", values=voice.joined(values)) if values else ""
        yield f"{INDENT * depth}{_MARKS[clause.holds]} {sentence}{said}"
        yield from told(voice, clause.inner, opening, step, depth + 2)


def _where(voice: Voice, clause: Clause, opening: Opening | None, step: Step) -> Surroundings:
    if clause.place == "opening" and opening is not None:
        return voice.places.opening(opening)
    if clause.place == "closing":
        return voice.places.closing(step, step.done.events)
    return voice.places.case if clause.place == "case" else voice.places.task(step)
