"""Ways through definitions that several checks take: every step, every event named, every clause cited."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model import Definitions, Ending, Field, Process, Step
from engine.text import Word

SET = "set"
"""The built-in event of every subject: fields of the case change by it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A step, of head office or added by an overlay, where it stands."""

    process: Process
    step: Step

    @property
    def full(self) -> str:
        """The step's name over all processes."""
        return f"{self.process.name}.{self.step.name}"


def places(definitions: Definitions) -> Iterator[Place]:
    """Return every step of every process; an overlay's step of an unknown process is left to its own check."""
    for process in definitions.processes.values():
        for step in process.steps.values():
            yield Place(process, step)
    for overlay in definitions.overlays.values():
        for name, steps in overlay.steps.items():
            if name in definitions.processes:
                yield from (Place(definitions.processes[name], step) for step in steps.values())


def endings(step: Step) -> Iterator[Ending]:
    """Return what closes or cancels the step's tasks."""
    yield step.done
    yield from step.until


def events_named(definitions: Definitions) -> Iterator[tuple[Word, Process]]:
    """Return each event that a process names, and the process."""
    for process in definitions.processes.values():
        for ending in process.ends:
            yield from ((name, process) for name in ending.events)
        for pause in process.pauses:
            yield from ((name, process) for name in (*pause.events, *pause.until))
    for place in places(definitions):
        for opening in place.step.opens:
            yield from ((name, place.process) for name in (*opening.events, *opening.since))
        for ending in endings(place.step):
            yield from ((name, place.process) for name in ending.events)


def fields(definitions: Definitions) -> Iterator[Field]:
    """Return every field that is declared anywhere."""
    for subject in definitions.subjects.values():
        yield from subject.fields.values()
    for event in definitions.events.values():
        yield from event.fields.values()
    for table in definitions.tables.values():
        yield from (each.field for each in table.inputs.values())
        yield from table.outputs.values()
    for calculation in definitions.calculations.values():
        yield from (each.field for each in calculation.inputs.values())


def full_name(process: Process, step: str) -> str:
    """Return "process.step" for a step named inside a process."""
    return step if "." in step else f"{process.name}.{step}"


def citations(definitions: Definitions) -> Iterator[Word]:
    """Return each clause that is cited, as often as it is."""
    for field in fields(definitions):
        yield from field.source
    for place in places(definitions):
        yield from place.step.source
    for process in definitions.processes.values():
        yield from process.source
        for pause in process.pauses:
            yield from pause.source
    for event in definitions.events.values():
        yield from event.source
    for parameter in definitions.parameters.values():
        yield from parameter.source
    for formulas in definitions.formulas.values():
        for formula in formulas.values():
            yield from formula.source
    yield from _citations_of_tables(definitions)
    for scenario in definitions.scenarios:
        yield from scenario.source


def _citations_of_tables(definitions: Definitions) -> Iterator[Word]:
    for table in definitions.tables.values():
        yield from table.source
        for rule in table.rules:
            yield from rule.source
    for calculation in definitions.calculations.values():
        yield from calculation.source
        for line in calculation.lines.values():
            yield from line.source
