"""The names that a figure's formula may use: other figures, parameters, and the events of every subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.expr.types import NUMBER, TEXT, YES_NO, NameKind, Type, type_of
from engine.frames import STATES
from engine.model import Definitions, Field

#: What a condition on tasks may ask.
OF_A_TASK: Final[Mapping[str, Type]] = {
    "state": Type("choice", STATES),
    "role": TEXT,
    "assignee": TEXT,
    "campus": TEXT,
    "escalated_to": TEXT,
    "late_entry": YES_NO,
    "provisional": YES_NO,
}


@dataclass(frozen=True)
class FigureNames:
    """Names at a figure's formula; inside a condition the facts of the event's case are there too."""

    definitions: Definitions
    figures: Mapping[str, object]

    def resolve(self, name: str) -> Type | None:
        """Return the type of a figure or a parameter."""
        if name in self.figures:
            return NUMBER
        parameter = self.definitions.parameters.get(name)
        return type_of(parameter.type, parameter.choices) if parameter else None

    def event(self, name: str) -> Mapping[str, Field] | None:
        """Return what may be asked of an event: its fields, then the facts of its case."""
        found = self.definitions.events.get(name)
        if found is None:
            return None
        subject = self.definitions.subjects.get(found.subject)
        return {**(subject.fields if subject else {}), **found.fields}

    def table(self, name: str) -> Mapping[str, Field] | None:  # noqa: ARG002
        """Return nothing: a table is asked of a case."""
        return None

    def opening(self) -> Mapping[str, Field] | None:
        """Return nothing: no event opened a figure."""
        return None

    def step(self, name: str) -> bool:  # noqa: ARG002
        """Return no: tasks are counted under `tasks`."""
        return False

    def known(self, kind: NameKind) -> Iterable[str]:
        """Return the names of a kind, for hints."""
        if kind == "event":
            return self.definitions.events
        return [*self.figures, *self.definitions.parameters] if kind == "name" else []


@dataclass(frozen=True)
class TaskNames(FigureNames):
    """Names in a condition on tasks."""

    def resolve(self, name: str) -> Type | None:
        """Return the type of a column of the tasks."""
        return OF_A_TASK.get(name)
