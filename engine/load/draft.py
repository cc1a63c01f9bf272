"""Definitions in the making: what the files read so far have defined, each name once."""

from dataclasses import dataclass, field

from engine.model import (
    Calculation,
    Clause,
    DecisionTable,
    Definitions,
    Event,
    Field,
    Formula,
    Overlay,
    Parameter,
    Process,
    Scenario,
    Subject,
    Title,
)
from engine.problems import Problem
from engine.text import Span, Word


@dataclass(slots=True)
class Draft:
    """Mutable while files are read; `finished` gives the frozen whole."""

    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Span] = field(default_factory=dict)
    roles: dict[str, Title] = field(default_factory=dict)
    subjects: dict[str, Title] = field(default_factory=dict)
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)  # subject -> name -> field
    formulas: dict[str, dict[str, Formula]] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    tables: dict[str, DecisionTable] = field(default_factory=dict)
    calculations: dict[str, Calculation] = field(default_factory=dict)
    calendars: dict[str, object] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    figures: dict[str, object] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)

    def is_new(self, kind: str, name: str, span: Span) -> bool:
        """Return whether `name` may be taken; report where it is taken already."""
        key = f"{kind}:{name}"
        other = self.places.setdefault(key, span)
        if other is span:
            return True
        where = f"in line {other.line}" if other.path == span.path else f"in {other.path}, line {other.line}"
        message = f'{kind} "{name}" is defined twice; the other is {where}'
        self.problems.append(Problem(span, "duplicate-name", message, hint="rename one, or delete it"))
        return False

    def add_field(self, subject: str, made: Field) -> None:
        """Add a fact of the subject; a formula may not have the same name."""
        if self.is_new("field", f"{subject}.{made.name}", made.name.span):
            self.fields.setdefault(subject, {})[made.name] = made

    def add_formula(self, subject: str, made: Formula) -> None:
        """Add a formula of the subject; it is used like a field, so that it shares the fields' names."""
        if self.is_new("field", f"{subject}.{made.name}", made.name.span):
            self.formulas.setdefault(subject, {})[made.name] = made

    def add_event(self, made: Event) -> None:
        """Add an event of its subject."""
        if self.is_new("event", made.name, made.name.span):
            self.events[made.name] = made

    def finished(self) -> Definitions:
        """Return all of it; a subject that only processes name is there too, without a place."""
        names = [*self.subjects, *self.fields, *(each.subject for each in self.processes.values())]
        subjects = {
            str(name): Subject(
                Word(name, self.places.get(f"subject:{name}", Span("", 0, 0, 0, 0))),
                self.subjects.get(name, Title()),
                self.fields.get(name, {}),
            )
            for name in dict.fromkeys(names)
        }
        return Definitions(
            roles=self.roles,
            subjects=subjects,
            events=self.events,
            parameters=self.parameters,
            formulas=self.formulas,
            processes=self.processes,
            tables=self.tables,
            calculations=self.calculations,
            calendars=self.calendars,
            overlays=self.overlays,
            clauses=self.clauses,
            figures=self.figures,
            scenarios=tuple(self.scenarios),
            places=self.places,
        )
