"""Which step of a process leads to which: what a picture of it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.handbook.deadlines import due
from engine.handbook.expression import reader, value
from engine.handbook.openings import cron
from engine.handbook.page import by_stage, steps_of
from engine.handbook.places import Places
from engine.handbook.steps import sentences
from engine.handbook.terms import Terms, plain
from engine.model import Definitions, Opening, Process, Step


@dataclass(frozen=True, slots=True)
class Node:
    """A step in a picture: when it opens, what it is, who owes it by when, and all of it in sentences."""

    name: str
    opening: str
    title: str
    role: str
    due: str
    help: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The steps by stage, and the arrows between their names."""

    title: str
    stages: tuple[tuple[str, tuple[Node, ...]], ...]
    arrows: tuple[tuple[str, str], ...]


def drawing(definitions: Definitions, name: str, language: str) -> Drawing:
    """Return what a picture of a process shows."""
    terms, process = Terms(definitions, language), definitions.processes[name]
    places, steps = Places(definitions, process), steps_of(definitions, process)
    stages = [
        (stage, tuple(_node(terms, places, step) for step in mine)) for stage, mine in by_stage(terms, process, steps)
    ]
    arrows = dict.fromkeys(arrow for step in steps for arrow in _arrows(process, steps, step))
    return Drawing(terms.bare(process.title, name), tuple(stages), tuple(arrows))


def _node(terms: Terms, places: Places, step: Step) -> Node:
    short = _short(terms, places, step.opens[0])
    if len(step.opens) > 1:
        short = terms.tell("short.more", opening=short)
    told = "\n".join(sentences(terms, places, step))
    role, title = terms.role(str(step.role)), terms.bare(step.title, str(step.name))
    return Node(str(step.name), short, title, role, _due(terms, places, step), told)


def _due(terms: Terms, places: Places, step: Step) -> str:
    """Return the deadline in short: what a parameter's value is, or when it is."""
    names = places.task(step)
    parameter = terms.definitions.parameters.get(str(step.due))
    if parameter is not None and str(step.due) not in names.fields:
        return terms.parameter_value(parameter)
    read, node = reader(terms, names, str(step.due))
    return read.noun(node) if not any(each.kind == "every" for each in step.opens) else due(terms, places, step)


def _short(terms: Terms, places: Places, one: Opening) -> str:
    text = terms.tell(
        f"short.{one.kind}",
        events=terms.tell("inner or").join(_bare_event(terms, str(each)) for each in one.events),
        step=_bare_step(terms, places, str(one.step or "")),
        interval=value(terms, places.opening(one), str(one.interval)) if one.interval else "",
        period=terms.tell(f"period.{one.period}") if one.period else "",
        times=str(one.times or "1"),
        condition=value(terms, places.case, str(one.condition)) if one.kind == "when" else "",
        when=cron(terms, str(one.cron)) if one.cron else "",
    )
    return terms.tell("short.if", opening=text) if one.condition and one.kind != "when" else text


def _bare_event(terms: Terms, name: str) -> str:
    return terms.event(name)[1:-1]


def _bare_step(terms: Terms, places: Places, name: str) -> str:
    owner, _, step = name.rpartition(".")
    process = terms.definitions.processes.get(owner, places.process)
    found = places.step(process, step)
    return terms.bare(found.title, step) if found else plain(step)


def _arrows(process: Process, steps: Sequence[Step], step: Step) -> Iterator[tuple[str, str]]:
    """Yield the steps that lead to a step: it opens after them, or by an event that closes them."""
    for opening in step.opens:
        owner, _, name = str(opening.step or "").rpartition(".")
        if name and owner in ("", process.name):
            yield name, str(step.name)
        for other in steps:
            if other is not step and set(other.done.events) & set(opening.events):
                yield str(other.name), str(step.name)
