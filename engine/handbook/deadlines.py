"""What a step waits for, when it is due, and who hears of it when it is not done, in words."""

import ast
from collections.abc import Iterator

from engine.handbook.expression import Reader, condition, reader
from engine.handbook.places import Places
from engine.handbook.terms import Terms
from engine.handbook.wording import MOMENTS
from engine.model import Escalation, Step


def gate(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield what a step waits for."""
    if step.needs:
        yield terms.tell("waits", condition=condition(terms, places.task(step), step.needs))


def due(terms: Terms, places: Places, step: Step) -> str:
    """Return the sentence of the deadline."""
    if any(each.kind == "every" and each.interval == step.due for each in step.opens):
        return terms.tell("due.interval")
    read, node = reader(terms, places.task(step), str(step.due))
    if isinstance(node, ast.IfExp):
        parts = {"body": _part(read, node.body), "other": _part(read, node.orelse)}
        return terms.tell("due.if", test=read.holds(node.test, inner=True), **parts)
    if read.is_span(node):
        return terms.tell("due.within gate" if step.needs else "due.within", span=read.noun(node))
    return terms.tell("due.by", moment=read.whole(node))


def rest_days(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield what becomes of a due moment on a day on which the campus does not work."""
    if step.off_rest_days:
        yield terms.tell("off rest days", condition=condition(terms, places.task(step), step.off_rest_days))


def _part(read: Reader, node: ast.expr) -> str:
    if read.is_span(node):
        return read.terms.tell("part.within", span=read.noun(node))
    return read.terms.tell("part.by", moment=read.whole(node))


def ahead(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield how long before it is due a step enters the list."""
    if step.ahead:
        read, node = reader(terms, places.task(step), step.ahead)
        yield terms.tell("ahead", span=read.noun(node))


def ladder(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield who is told when, while a step is not done."""
    rungs = [_rung(terms, places, step, each) for each in step.escalate]
    if rungs:
        yield terms.tell("rungs", rungs=terms.tell("and so").join(rungs))


def _rung(terms: Terms, places: Places, step: Step, rung: Escalation) -> str:
    role = terms.role(str(rung.to))
    if rung.at == "start":
        return terms.tell("rung start", role=role)
    read, node = reader(terms, places.task(step), str(rung.at))
    return terms.tell("rung own" if rung.to == step.role else "rung", at=_rung_at(read, node), role=role)


def _rung_at(read: Reader, node: ast.expr) -> str:
    if isinstance(node, ast.Name) and node.id in MOMENTS:
        return read.terms.tell("rung when", moment=read.terms.pick(MOMENTS[node.id][1]))
    is_shift = isinstance(node, ast.BinOp)
    return read.terms.tell("rung span" if is_shift else "rung at", moment=read.noun(node))
