"""What a process speaks of: events, formulas, parameters, tables and calculations, in the order of their files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.expr import Tree, parse, uses
from engine.model import Definitions, Ending, Process, Step
from engine.text import Word


@dataclass(slots=True)
class Mentioned:
    """Names that the page of a process explains."""

    events: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    calculations: list[str] = field(default_factory=list)


def mentioned(definitions: Definitions, process: Process, steps: Iterable[Step]) -> Mentioned:
    """Return what these steps of a process use, also through formulas and tables, and the sums of their clauses."""
    steps = tuple(steps)
    names, events, tables = _used(definitions, str(process.subject), _words(process, steps))
    clauses = {str(each) for step in steps for each in step.source}
    calculations = [
        name
        for name, each in definitions.calculations.items()
        if clauses & {str(source) for line in each.lines.values() for source in line.source}
    ]
    for name in calculations:
        asked = [line.amount for line in definitions.calculations[name].lines.values()]
        asked += [each.value for each in definitions.calculations[name].inputs.values() if each.value]
        more = _used(definitions, str(definitions.calculations[name].subject), asked)
        names, events, tables = names | more[0], events | more[1], tables | more[2]
    events |= set(_events(process, steps))
    formulas = definitions.formulas.get(str(process.subject), {})
    return Mentioned(
        events=[name for name in definitions.events if name in events and "." not in name],
        formulas=[str(name) for name in formulas if name in names],
        parameters=[name for name in definitions.parameters if name in names],
        tables=[name for name in definitions.tables if name in tables],
        calculations=calculations,
    )


def _words(process: Process, steps: Iterable[Step]) -> list[Word]:
    found = [process.applies_if, *(each.condition for each in process.ends)]
    found += [each.condition for each in process.pauses]
    for step in steps:
        found += [step.due, step.off_rest_days, step.needs, step.ahead, *(rung.at for rung in step.escalate)]
        found += [text for each in step.opens for text in (each.condition, each.interval, each.delay)]
        found += [text for each in (step.done, *step.until) for text in (each.condition, each.when)]
    return [each for each in found if each]


def _events(process: Process, steps: Iterable[Step]) -> Iterator[str]:
    endings: list[Ending] = [*process.ends]
    yield from (str(name) for pause in process.pauses for name in (*pause.events, *pause.until))
    for step in steps:
        endings += [step.done, *step.until]
        yield from (str(name) for each in step.opens for name in (*each.events, *each.since))
    yield from (str(name) for ending in endings for name in ending.events)


def _used(definitions: Definitions, subject: str, words: list[Word]) -> tuple[set[str], set[str], set[str]]:
    """Return the names, events and tables that expressions use, those of formulas and tables among them."""
    formulas = {str(name): each for name, each in definitions.formulas.get(subject, {}).items()}
    names: set[str] = set()
    events: set[str] = set()
    tables: set[str] = set()
    while words:
        tree = parse(words.pop())
        if not isinstance(tree, Tree):
            continue
        used = uses(tree, lambda event: _fields(definitions, event))
        events |= set(used.events)
        for table in used.tables - tables:
            words += [each.value for each in definitions.tables[table].inputs.values() if each.value]
            words += [text for rule in definitions.tables[table].rules for text in rule.then.values()]
        tables |= used.tables
        words += [formulas[name].value for name in used.names - names if name in formulas]
        names |= used.names
    return names, events, tables


def _fields(definitions: Definitions, event: str) -> set[str]:
    found = definitions.events.get(event)
    return {str(each) for each in found.fields} if found else set()
