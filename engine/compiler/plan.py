"""The compiled workspace: overlays laid over the processes, and the order in which steps must be computed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.compiler.closing import closing_text
from engine.compiler.reads import reads
from engine.compiler.world import Place
from engine.expr.surroundings import Surroundings
from engine.model import Definitions, Overlay, Process, Step, StepChange
from engine.problems import Refused
from engine.text import Word


@dataclass(frozen=True)
class Plan:
    """The steps in an order in which each comes after those it asks about; variants of campuses beside each other."""

    definitions: Definitions
    steps: tuple[tuple[Process, Step], ...]
    asks: Mapping[str, frozenset[str]]  # step -> the steps that it asks about
    surroundings: dict[Place, Surroundings] = field(default_factory=dict, compare=False, repr=False)  # filled by runs

    @cached_property
    def watched(self) -> frozenset[str]:
        """The steps that others ask about."""
        return frozenset(name for names in self.asks.values() for name in names)

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """For each step what its tasks depend on, by facts, formulas, tables and other steps: types of events.

        A fact that is set by hand counts as "set:FACT", a waiver as "waive:STEP".
        """
        setters = _setters(self.definitions)
        own: dict[str, set[str]] = {}
        for process, step in self.steps:
            found = _events_of(self.definitions, process, step, setters)
            own.setdefault(f"{process.name}.{step.name}", set()).update(found)
        return {
            name: frozenset().union(*(own[each] for each in self.with_asked([name]) if each in own)) for name in own
        }

    def with_asked(self, names: Iterable[str]) -> frozenset[str]:
        """Return the steps named and those that they ask about, through however many others."""
        found: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.asks.get(name, ())
        return frozenset(found)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the steps, "process.step", each once."""
        return tuple(dict.fromkeys(f"{process.name}.{step.name}" for process, step in self.steps))


def plan(definitions: Definitions) -> Plan:
    """Return the plan of checked definitions."""
    every = [(process, step) for process in definitions.processes.values() for step in _variants(definitions, process)]
    asks = {f"{process.name}.{step.name}": set[str]() for process, step in every}
    for process, step in every:
        asks[f"{process.name}.{step.name}"] |= set(_asked(definitions, process, step))
    order = _in_order(asks)
    place = {name: index for index, name in enumerate(order)}
    every.sort(key=lambda each: place[f"{each[0].name}.{each[1].name}"])
    return Plan(definitions, tuple(every), {name: frozenset(others) for name, others in asks.items()})


def _variants(definitions: Definitions, process: Process) -> Iterator[Step]:
    """Yield each step as head office has it, as the campuses that change it do, and the steps that campuses add."""
    for step in process.steps.values():
        changes = [
            (overlay, change)
            for overlay in definitions.overlays.values()
            for change in overlay.changes
            if change.step == f"{process.name}.{step.name}"
        ]
        elsewhere = frozenset(str(campus) for overlay, _ in changes for campus in overlay.campuses)
        yield replace(_with_quota(step), without=elsewhere)
        for overlay, change in changes:
            if not change.drop:
                yield _changed(_with_quota(step), overlay, change)
    for overlay in definitions.overlays.values():
        for name, steps in overlay.steps.items():
            if name == process.name:
                yield from (replace(_with_quota(step), campuses=_campuses(overlay)) for step in steps.values())


def _with_quota(step: Step) -> Step:
    """Return a step whose closing takes as many events as its quota asks for in a period."""
    times = [int(float(each.times)) for each in step.opens if each.kind == "quota" and each.times]
    return replace(step, done=replace(step.done, times=times[0])) if times else step


def _campuses(overlay: Overlay) -> frozenset[str]:
    return frozenset(str(campus) for campus in overlay.campuses)


def _changed(step: Step, overlay: Overlay, change: StepChange) -> Step:
    values: dict[str, Word] = {str(name): value for name, value in change.values.items()}
    return replace(step, campuses=_campuses(overlay), optional=step.optional or change.optional, **values)  # type: ignore[arg-type]


def texts_of(process: Process, step: Step) -> list[Word]:
    """Return all expressions that the tasks of a step follow, those of its process among them."""
    found = [step.due, step.off_rest_days, step.needs, step.ahead, process.applies_if]
    found += [text for ending in (step.done, *step.until, *process.ends) for text in (ending.condition, ending.when)]
    found += [text for opening in step.opens for text in (opening.condition, opening.interval, opening.delay)]
    found += [rung.at for rung in step.escalate]
    found += [pause.condition for pause in process.pauses]
    return [text for text in found if text]


def _setters(definitions: Definitions) -> dict[str, set[str]]:
    """Return for each fact that events set what changes it: these, what their expressions read, "set" by hand."""
    found: dict[str, set[str]] = {}
    asks: dict[str, set[str]] = {}
    for event in definitions.events.values():
        for name, value in event.sets.items():
            read = reads(definitions, event.subject, value)
            found.setdefault(str(name), set()).update({str(event.name), f"set:{name}"}, read.events)
            asks.setdefault(str(name), set()).update(read.names)
    for _ in asks:
        for fact, others in asks.items():
            found[fact] |= {event for other in others for event in found.get(other, {f"set:{other}"})}
    return found


def _events_of(definitions: Definitions, process: Process, step: Step, setters: Mapping[str, set[str]]) -> set[str]:
    """Return what the tasks of one step depend on, as `Plan.reads`; `setters`: fact -> what changes it."""
    events = {str(event) for opening in step.opens for event in (*opening.events, *opening.since)}
    events |= {str(event) for ending in (step.done, *step.until, *process.ends) for event in ending.events}
    events |= {str(event) for pause in process.pauses for event in (*pause.events, *pause.until)}
    closing = [closing_text(definitions, step, str(event)) for event in step.done.events]
    found = reads(definitions, str(process.subject), *texts_of(process, step), *filter(None, closing))
    names = found.names | {str(step.role), "role"}  # whom the case names for the role, or what its own post is
    events |= found.events | {event for name in names for event in setters.get(name, {f"set:{name}"})}
    return events | {f"waive:{process.name}.{step.name}"}


def _asked(definitions: Definitions, process: Process, step: Step) -> Iterator[str]:
    """Yield the steps that a step asks about."""
    for opening in step.opens:
        if opening.step:
            yield full_name(definitions, process, str(opening.step))
    for name in sorted(reads(definitions, str(process.subject), *texts_of(process, step)).steps):
        yield full_name(definitions, process, name)


def full_name(definitions: Definitions, process: Process, step: str) -> str:
    """Return "process.step" for a step named in an expression of a process."""
    if "." in step or step in process.steps:
        return step if "." in step else f"{process.name}.{step}"
    others = [each for each in definitions.processes.values() if each.subject == process.subject and step in each.steps]
    return f"{others[0].name}.{step}" if others else f"{process.name}.{step}"


def _in_order(asks: dict[str, set[str]]) -> list[str]:
    """Return the names so that each comes after those it asks about."""
    from graphlib import CycleError, TopologicalSorter

    known = {name: {other for other in others if other in asks and other != name} for name, others in asks.items()}
    try:
        return list(TopologicalSorter(known).static_order())
    except CycleError as cycle:
        raise Refused(f"steps ask about each other in a circle: {', '.join(cycle.args[1])}") from cycle
