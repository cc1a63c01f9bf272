"""Steps wait for each other in a circle.

A step that opens after another, or asks whether it is done, is worked out after it. In a circle there is no first one.

Wrong:
    kind: process
    id: reviews
    subject: student
    events: {reviewed: {}, approved: {}}
    steps:
      review: {role: teacher, opens: {after: approval}, due: 1 day, done: reviewed}
      approval: {role: principal, opens: {after: review}, due: 1 day, done: approved}

Right:
    kind: process
    id: reviews
    subject: student
    events: {reviewed: {}, approved: {}}
    steps:
      review: {role: teacher, opens: {each: approved}, due: 1 day, done: reviewed}
      approval: {role: principal, opens: {after: review}, due: 1 day, done: approved}
"""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from engine.checks.walk import Place, full_name, places
from engine.expr.parse import Tree, parse
from engine.expr.uses import uses
from engine.model import Definitions
from engine.problems import Problem
from engine.text import Span, Word

CODE = "step-cycle"

_ASKS = ("done_at", "is_done", "is_open")


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each circle of steps once, where its first step names the next."""
    asked: dict[str, dict[str, Span]] = {}
    for place in places(definitions):
        asked.setdefault(place.full, {}).update(_asked(place))
    while circle := _circle({name: set(others) for name, others in asked.items()}):
        circle.reverse()  # now each step is followed by one that it asks about
        at, _, names = min((asked[name][circle[index + 1]], name, index) for index, name in enumerate(circle[:-1]))
        route = [*circle[names:-1], *circle[: names + 1]]
        message = f"these steps wait for each other: {' -> '.join(route)}"
        yield Problem(at, CODE, message, hint="let one of them open by an event")
        del asked[route[0]][route[1]]


def _circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as fault:
        return list(fault.args[1])
    return []


def _asked(place: Place) -> Iterator[tuple[str, Span]]:
    """Return the steps that this one must be worked out after, and where it says so."""
    for opening in place.step.opens:
        if opening.step is not None:
            yield full_name(place.process, opening.step), opening.step.span
    for word in _expressions(place):
        tree = parse(word)
        for name in sorted(uses(tree).steps) if isinstance(tree, Tree) else ():
            full = full_name(place.process, name)
            if full != place.full:  # a step may ask about its own earlier tasks
                yield full, word.span


def _expressions(place: Place) -> Iterator[Word]:
    step = place.step
    found = [step.due, step.off_rest_days, step.needs, step.ahead, *(rung.at for rung in step.escalate)]
    for ending in (step.done, *step.until):
        found += [ending.condition, ending.when]
    for opening in step.opens:
        found += [opening.condition, opening.interval, opening.delay]
    # Parsing is slow, and few expressions ask about steps.
    return (
        word for word in found if word is not None and any(each in word for each in ("done_at", "is_done", "is_open"))
    )
