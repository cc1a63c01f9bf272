"""Where expressions of a process stand: which event's fields they may name there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.expr.surroundings import OF_A_DUE_TASK, Surroundings
from engine.model import DecisionTable, Definitions, Field, Opening, Process, Step


@dataclass(frozen=True)
class Places:
    """The surroundings of everything that is written in one process."""

    definitions: Definitions
    process: Process

    @property
    def case(self) -> Surroundings:
        """Where only facts of the case are known."""
        return Surroundings(self.definitions, str(self.process.subject), process=str(self.process.name))

    def of_events(self, names: Iterable[str], around: Surroundings | None = None) -> Surroundings:
        """Where one of these events is in hand."""
        around = around or self.case
        found: dict[str, Field] = {}
        for name in names:
            for key, field in (around.event(str(name)) or {}).items():
                found.setdefault(str(key), field)
        return replace(around, fields=found or around.fields)

    def opening(self, opening: Opening) -> Surroundings:
        """Where the condition of an opening stands, and its delay."""
        there = self.of_events(self.opening_events(opening))
        return replace(there, opened_by=there.fields, more=OF_A_DUE_TASK)

    def opening_events(self, opening: Opening) -> Iterable[str]:
        """Return the events whose fields an opening gives its task."""
        if opening.kind in ("on", "each"):
            return [str(each) for each in opening.events]
        if opening.kind != "after":
            return ()
        owner, _, name = str(opening.step).rpartition(".")
        process = self.definitions.processes.get(owner) if owner else self.process
        found = self.step(process, name) if process else None
        return [str(each) for each in found.done.events] if found else ()

    def step(self, process: Process, name: str) -> Step | None:
        """Return a step of a process, or one that a campus adds to it."""
        if name in process.steps:
            return process.steps[name]
        added = (overlay.steps.get(process.name, {}) for overlay in self.definitions.overlays.values())
        return next((steps[name] for steps in added if name in steps), None)

    def task(self, step: Step) -> Surroundings:
        """Where a deadline, a gate, a rung or an end stands."""
        events = [name for opening in step.opens for name in self.opening_events(opening)]
        there = self.of_events(events)
        return replace(there, opened_by=there.fields, more=OF_A_DUE_TASK)

    def closing(self, step: Step, events: Iterable[str]) -> Surroundings:
        """Where the condition on a closing or cancelling event stands."""
        return self.of_events(events, self.task(step))


def of_table(definitions: Definitions, table: DecisionTable) -> Surroundings:
    """Where the results of a table stand: its inputs are known."""
    fields = {str(name): each.field for name, each in table.inputs.items()}
    return Surroundings(definitions, str(table.subject or ""), fields)


def with_fields(around: Surroundings, fields: Mapping[str, Field]) -> Surroundings:
    """Return the surroundings with more fields in hand."""
    return replace(around, fields={**around.fields, **fields})
