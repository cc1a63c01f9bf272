"""The compiled workspace: overlays laid over the processes, and the order in which steps must be computed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from engine.compiler.scope import tree_of
from engine.expr.uses import uses
from engine.model import Definitions, Overlay, Process, Step, StepChange
from engine.text import Word


@dataclass(frozen=True)
class Plan:
    """The steps in an order in which each comes after those it asks about; variants of campuses beside each other."""

    definitions: Definitions
    steps: tuple[tuple[Process, Step], ...]
    asks: Mapping[str, frozenset[str]]  # step -> the steps that it asks about

    @cached_property
    def watched(self) -> frozenset[str]:
        """The steps that others ask about."""
        return frozenset(name for names in self.asks.values() for name in names)

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """For each step the types of the events that its tasks depend on, through facts, formulas, tables and other steps."""
        setters: dict[str, set[str]] = {}
        for event in self.definitions.events.values():
            for name in event.sets:
                setters.setdefault(str(name), set()).add(str(event.name))
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
    """Yield each step as head office has it, as the campuses that change it have it, and the steps that campuses add."""
    for step in process.steps.values():
        changes = [
            (overlay, change)
            for overlay in definitions.overlays.values()
            for change in overlay.changes
            if change.step == f"{process.name}.{step.name}"
        ]
        elsewhere = frozenset(str(campus) for overlay, _ in changes for campus in overlay.campuses)
        yield replace(step, without=elsewhere)
        for overlay, change in changes:
            if not change.drop:
                yield _changed(step, overlay, change)
    for overlay in definitions.overlays.values():
        for name, steps in overlay.steps.items():
            if name == process.name:
                yield from (replace(step, campuses=_campuses(overlay)) for step in steps.values())


def _campuses(overlay: Overlay) -> frozenset[str]:
    return frozenset(str(campus) for campus in overlay.campuses)


def _changed(step: Step, overlay: Overlay, change: StepChange) -> Step:
    values: dict[str, Word] = {str(name): value for name, value in change.values.items()}
    return replace(step, campuses=_campuses(overlay), optional=step.optional or change.optional, **values)  # type: ignore[arg-type]


def texts_of(step: Step) -> list[Word]:
    """Return all expressions of a step."""
    found = [step.due, step.needs, step.ahead, step.done.condition, step.done.when]
    found += [text for ending in step.until for text in (ending.condition, ending.when)]
    found += [text for opening in step.opens for text in (opening.condition, opening.interval, opening.delay)]
    found += [rung.at for rung in step.escalate]
    return [text for text in found if text]


def _events_of(definitions: Definitions, process: Process, step: Step, setters: Mapping[str, set[str]]) -> set[str]:
    """Return the event types that the tasks of one step depend on; `setters`: fact -> the events that set it."""
    found = {str(event) for opening in step.opens for event in (*opening.events, *opening.since)}
    found |= {str(event) for ending in (step.done, *step.until, *process.ends) for event in ending.events}
    found |= {str(event) for pause in process.pauses for event in (*pause.events, *pause.until)}
    formulas = definitions.formulas.get(str(process.subject), {})
    texts: list[Word] = [*texts_of(step), *([process.applies_if] if process.applies_if else []), step.role]
    seen: set[str] = set()
    while texts:
        used = uses(tree_of(texts.pop()))
        found |= set(used.events)
        for table in used.tables:
            texts += [column.value or Word(name) for name, column in definitions.tables[table].inputs.items()]
        for name in used.names - seen:
            found |= setters.get(name, set())
            texts += [formulas[name].value] if name in formulas else []
        seen |= used.names
    return found


def _asked(definitions: Definitions, process: Process, step: Step) -> Iterator[str]:
    for opening in step.opens:
        if opening.step:
            yield full_name(definitions, process, str(opening.step))
    for text in texts_of(step):
        yield from (
            full_name(definitions, process, name) for name in _steps_in(definitions, str(process.subject), text, set())
        )


def _steps_in(definitions: Definitions, subject: str, text: Word, seen: set[str]) -> Iterator[str]:
    used = uses(tree_of(text))
    yield from used.steps
    formulas = definitions.formulas.get(subject, {})
    for name in used.names:
        if name in formulas and name not in seen:
            seen.add(name)
            yield from _steps_in(definitions, subject, formulas[name].value, seen)


def full_name(definitions: Definitions, process: Process, step: str) -> str:
    """Return "process.step" for a step named in an expression of a process."""
    if "." in step or step in process.steps:
        return step if "." in step else f"{process.name}.{step}"
    others = [each for each in definitions.processes.values() if each.subject == process.subject and step in each.steps]
    return f"{others[0].name}.{step}" if others else f"{process.name}.{step}"


def _in_order(asks: dict[str, set[str]]) -> list[str]:
    """Return the names so that each comes after those it asks about; the checks have refused cycles."""
    from graphlib import TopologicalSorter

    known = {name: {other for other in others if other in asks and other != name} for name, others in asks.items()}
    return list(TopologicalSorter(known).static_order())
