"""What scenarios reach: every step and branch, every row of a table, and the clauses of the handbooks both ways."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.plan import Plan
from engine.model import DecisionTable, Definitions, Step
from engine.scenarios import Outcome


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a scenario can reach: `name` as in `run.Run.reached`, `kind` for the table of the report."""

    name: str
    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause: the steps, tables and other definitions that cite it, and the scenarios that do."""

    clause: str
    machine: str
    definitions: tuple[str, ...]
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that can be reached, what was, and the clauses."""

    items: tuple[Item, ...]
    reached: frozenset[str]
    silent: frozenset[str]  # steps that some scenario expects to stay silent
    clauses: tuple[ClauseRow, ...]

    @property
    def missed(self) -> tuple[Item, ...]:
        """What no scenario reaches."""
        return tuple(each for each in self.items if each.name not in self.reached)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return for each kind how many were reached, of how many."""
        kinds = dict.fromkeys(each.kind for each in self.items)
        return {
            kind: (
                sum(each.name in self.reached for each in self.items if each.kind == kind),
                sum(each.kind == kind for each in self.items),
            )
            for kind in kinds
        }


def coverage(plan: Plan, outcomes: Sequence[Outcome]) -> Coverage:
    """Return what these scenarios reach of the definitions."""
    definitions = plan.definitions
    reached = frozenset(name for each in outcomes for name in each.reached)
    silent = frozenset(str(name) for each in outcomes for name in each.scenario.silent)
    return Coverage(tuple(items(definitions)), reached, silent, tuple(_clauses(definitions, outcomes)))


def items(definitions: Definitions) -> Iterator[Item]:
    """Yield everything that a scenario can reach."""
    for process in definitions.processes.values():
        for step in process.steps.values():
            yield from _of_step(f"{process.name}.{step.name}", step)
    for table in definitions.tables.values():
        yield from _of_table(table)


def _of_step(name: str, step: Step) -> Iterator[Item]:
    yield from (Item(f"{name} opens {number}", "opening", name) for number, _ in enumerate(step.opens, 1))
    yield Item(f"{name} done", "done", name)
    if step.needs:
        yield Item(f"{name} needs", "gate", name)
    yield from (Item(f"{name} until {number}", "until", name) for number, _ in enumerate(step.until, 1))
    yield from (Item(f"{name} escalate {number}", "escalation", name) for number, _ in enumerate(step.escalate, 1))


def _of_table(table: DecisionTable) -> Iterator[Item]:
    yield from (
        Item(f"{table.name} row {number}", "table row", str(table.name)) for number, _ in enumerate(table.rules, 1)
    )
    if table.otherwise is not None:
        yield Item(f"{table.name} otherwise", "table row", str(table.name))


def cited(definitions: Definitions) -> dict[str, list[str]]:
    """Return for each clause the definitions that cite it, by name."""
    found: dict[str, list[str]] = {}
    for name, sources in _citations(definitions):
        for clause in sources:
            names = found.setdefault(str(clause), [])
            if name not in names:
                names.append(name)
    return found


def _citations(definitions: Definitions) -> Iterator[tuple[str, Sequence[str]]]:
    for process in definitions.processes.values():
        yield str(process.name), process.source
        yield from ((f"{process.name}.{step.name}", step.source) for step in process.steps.values())
        yield from ((str(process.name), pause.source) for pause in process.pauses)
    for event in definitions.events.values():
        yield str(event.name), event.source
        yield from ((str(event.name), field.source) for field in event.fields.values())
    for subject in definitions.subjects.values():
        yield from ((f"{subject.name}.{field.name}", field.source) for field in subject.fields.values())
    for formulas in definitions.formulas.values():
        yield from ((str(formula.name), formula.source) for formula in formulas.values())
    for parameter in definitions.parameters.values():
        yield str(parameter.name), parameter.source
        yield from ((str(parameter.name), dated.source) for dated in parameter.values)
    yield from _table_citations(definitions)


def _table_citations(definitions: Definitions) -> Iterator[tuple[str, Sequence[str]]]:
    for table in definitions.tables.values():
        yield str(table.name), table.source
        yield from ((f"{table.name} row {number}", rule.source) for number, rule in enumerate(table.rules, 1))
    for calculation in definitions.calculations.values():
        yield str(calculation.name), calculation.source
        yield from ((f"{calculation.name}.{line.name}", line.source) for line in calculation.lines.values())
    for name, figure in definitions.figures.items():
        sources = figure.get("source", ()) if isinstance(figure, Mapping) else ()
        yield name, [sources] if isinstance(sources, str) else sources


def _clauses(definitions: Definitions, outcomes: Sequence[Outcome]) -> Iterator[ClauseRow]:
    by_definitions = cited(definitions)
    tested: dict[str, list[str]] = {}
    for outcome in outcomes:
        for clause in outcome.scenario.source:
            tested.setdefault(str(clause), []).append(str(outcome.scenario.name))
    for name, each in definitions.clauses.items():
        yield ClauseRow(name, each.machine, tuple(by_definitions.get(name, ())), tuple(tested.get(name, ())))
