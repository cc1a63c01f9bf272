"""The names that definitions give an expression at a place: fields of the event, facts, formulas, parameters."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.expr.types import MOMENT, NOTHING, TEXT, NameKind, Names, Type, type_of, type_of_field
from engine.model import Definitions, Field

#: Names that hold everywhere.
EVERYWHERE = {"now": MOMENT, "case_id": TEXT, "campus": TEXT, "created_at": MOMENT}
#: Names that hold for a task: when it opened, when its clock started, when it is due.
OF_A_TASK = {"start": MOMENT, "opened_at": MOMENT}
OF_A_DUE_TASK = {**OF_A_TASK, "due": MOMENT}

#: An expression that was read here, and the types that were wanted of it.
Read = tuple[ast.expr, tuple[Type, ...]]


@dataclass(frozen=True)
class Surroundings(Names):
    """The names at one place. `fields` are those of the event in hand, `opened_by` those of the event that opened the
    task, `more` any others, such as `OF_A_TASK` or the inputs of a table.
    """

    definitions: Definitions
    subject: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    opened_by: Mapping[str, Field] | None = None
    more: Mapping[str, Type] = field(default_factory=dict)
    process: str = ""
    within: frozenset[str] = frozenset()  # the formulas that led here: one that asks itself has no type
    types_read: dict[Read, dict[int, Type]] = field(default_factory=dict, compare=False, repr=False)

    def resolve(self, name: str) -> Type | None:
        """Return the type of a name, the nearest meaning first."""
        if name in self.fields:
            return type_of_field(self.fields[name])
        if name in self.more:
            return self.more[name]
        if name in EVERYWHERE:
            return EVERYWHERE[name]
        facts = self._facts()
        if name in facts:
            return type_of_field(facts[name])
        if name in self.definitions.formulas.get(self.subject, {}):
            return self._formula(name)
        parameter = self.definitions.parameters.get(name)
        return type_of(parameter.type, parameter.choices) if parameter else None

    def _formula(self, name: str) -> Type:
        from engine.expr.infer import infer
        from engine.expr.parse import Tree, parse

        tree = parse(self.definitions.formulas[self.subject][name].value)
        if name in self.within or not isinstance(tree, Tree):
            return NOTHING
        plain = Surroundings(self.definitions, self.subject, within=self.within | {name})
        return infer(tree, plain)[0]

    def _facts(self) -> Mapping[str, Field]:
        subject = self.definitions.subjects.get(self.subject)
        return subject.fields if subject else {}

    def event(self, name: str) -> Mapping[str, Field] | None:
        """Return the fields of an event; those of the built-in `set` are the facts of the case, any of them."""
        if name == "set" and self.subject in self.definitions.subjects:
            return {fact: replace(each, required=False) for fact, each in self._facts().items()}
        found = self.definitions.events.get(name)
        return found.fields if found and found.subject == self.subject else None

    def table(self, name: str) -> Mapping[str, Field] | None:
        """Return the outputs of a decision table."""
        found = self.definitions.tables.get(name)
        return found.outputs if found else None

    def opening(self) -> Mapping[str, Field] | None:
        """Return the fields of the opening event."""
        return self.opened_by

    def step(self, name: str) -> bool:
        """Return whether a process of the subject has this step."""
        return name in self._steps()

    def _steps(self) -> set[str]:
        mine = [each for each in self.definitions.processes.values() if each.subject == self.subject]
        return {name for each in mine for step in each.steps for name in (str(step), f"{each.name}.{step}")}

    def known(self, kind: NameKind) -> Iterable[str]:
        """Return all names of a kind."""
        match kind:
            case "event":
                return [name for name, each in self.definitions.events.items() if each.subject == self.subject]
            case "table":
                return list(self.definitions.tables)
            case "step":
                return sorted(self._steps())
        formulas = self.definitions.formulas.get(self.subject, {})
        return [*self.fields, *self.more, *EVERYWHERE, *self._facts(), *formulas, *self.definitions.parameters]
