"""Every expression of the definitions with the names around it and the type that its place needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from engine.checks.walk import Place, places
from engine.expr.infer import problems_of
from engine.expr.narrow import NO_FACTS, Facts, facts, name_fact
from engine.expr.parse import Tree, parse
from engine.expr.surroundings import OF_A_DUE_TASK, OF_A_TASK, Surroundings
from engine.expr.types import MOMENT, SPAN, YES_NO, Type, type_of_field
from engine.model import Definitions, Ending, Field, Input, Opening, Step
from engine.problems import Problem
from engine.text import Word


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression at its place. `known` holds what other conditions have answered before it is asked."""

    word: Word
    names: Surroundings
    wanted: tuple[Type, ...] = ()
    known: Facts = NO_FACTS


class _Same:
    """Definitions as a key: the same object is equal, whatever it holds."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def __hash__(self) -> int:
        return id(self.definitions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.definitions is self.definitions


def problems_with(definitions: Definitions, code: str) -> Iterator[Problem]:
    """Return the problems of one kind in all expressions; the expressions are read once for all kinds."""
    return (each for each in _problems(_Same(definitions)) if each.code == code)


@lru_cache(maxsize=1)
def _problems(same: _Same) -> tuple[Problem, ...]:
    found = expressions(same.definitions)
    return tuple(problem for each in found for problem in problems_of(each.word, each.names, each.wanted, each.known))


def expressions(definitions: Definitions) -> Iterator[Expression]:
    """Return every expression of the definitions."""
    yield from _of_subjects(definitions)
    yield from _of_events(definitions)
    yield from _of_processes(definitions)
    for place in places(definitions):
        yield from _of_step(definitions, place)
    yield from _of_overlays(definitions)
    yield from _of_tables(definitions)
    yield from _of_calculations(definitions)


def _asked(
    words: Iterable[Word | None], names: Surroundings, *wanted: Type, known: Facts = NO_FACTS
) -> Iterator[Expression]:
    return (Expression(word, names, wanted, known) for word in words if word is not None)


def _of_subjects(definitions: Definitions) -> Iterator[Expression]:
    for name, subject in definitions.subjects.items():
        names = Surroundings(definitions, name)
        yield from _asked((each.required_if for each in subject.fields.values()), names, YES_NO)
    for name, formulas in definitions.formulas.items():
        yield from _asked((each.value for each in formulas.values()), Surroundings(definitions, name))


def _of_events(definitions: Definitions) -> Iterator[Expression]:
    for event in definitions.events.values():
        names = Surroundings(definitions, event.subject, event.fields)
        yield from _asked((each.required_if for each in event.fields.values()), names, YES_NO)
        subject = definitions.subjects.get(event.subject)
        for fact, word in event.sets.items():
            if subject is not None and fact in subject.fields:
                yield Expression(word, names, (type_of_field(subject.fields[fact]).or_unknown(),))


def _of_processes(definitions: Definitions) -> Iterator[Expression]:
    for process in definitions.processes.values():
        names = Surroundings(definitions, str(process.subject))
        yield from _asked([process.applies_if], names, YES_NO)
        for ending in process.ends:
            yield from _of_ending(ending, names, NO_FACTS)
        for pause in process.pauses:
            if _are_known(names, pause.events):
                yield from _asked([pause.condition], _with(names, pause.events), YES_NO)


def _with(names: Surroundings, events: Iterable[str]) -> Surroundings:
    return replace(names, fields=joined(_forms(names, events)))


def _are_known(names: Surroundings, events: Iterable[str]) -> bool:
    """Whether all events are there; of others their own check speaks."""
    return all(names.event(each) is not None for each in events)


def _forms(names: Surroundings, events: Iterable[str]) -> list[Mapping[str, Field]]:
    found = [names.event(each) for each in events]
    return [each for each in found if each is not None]


def joined(forms: list[Mapping[str, Field]]) -> dict[str, Field]:
    """Return the fields of any of several events; one that not all of them require may be unknown."""
    found: dict[str, Field] = {}
    for form in forms:
        for name, each in form.items():
            always = all(name in other and other[name].required for other in forms)
            found.setdefault(name, replace(each, required=always))
    return found


@dataclass(frozen=True, slots=True)
class _OpenedBy:
    """What opens a task: the fields of the event that does it, and what is known then."""

    fields: Mapping[str, Field] | None = None
    known: Facts = NO_FACTS
    conditions: tuple[Expression, ...] = field(default_factory=tuple)


def _of_step(definitions: Definitions, place: Place) -> Iterator[Expression]:
    step, names = place.step, Surroundings(definitions, str(place.process.subject))
    openings = [_opening(definitions, place, names, each) for each in step.opens if _are_known(names, each.events)]
    for opened in openings:
        yield from opened.conditions
    if len(openings) < len(step.opens):
        return  # what the step may name is open until its events are known
    forms = [each.fields for each in openings if each.fields is not None]
    fields = joined(forms) if len(forms) == len(openings) else _never_required(joined(forms))
    known = (openings[0].known if openings else NO_FACTS).intersection(*(each.known for each in openings))
    known |= answered_by(place.process.applies_if)
    task = replace(names, fields=fields, opened_by=fields if forms else None, more=OF_A_TASK)
    yield from _of_task(step, task, known)
    for ending in (step.done, *step.until):
        yield from _of_ending(ending, task, known)
    yield from _asked((each.required_if for each in step.form.values()), replace(names, fields=step.form), YES_NO)


def _never_required(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: replace(each, required=False) for name, each in fields.items()}


def _of_task(step: Step, task: Surroundings, known: Facts) -> Iterator[Expression]:
    yield from _asked([step.needs], task, YES_NO, known=known)
    started = known | answered_by(step.needs)
    yield from _asked([step.due or None], task, SPAN, MOMENT, known=started)
    yield from _asked([step.off_rest_days], task, YES_NO, known=started)
    due = replace(task, more=OF_A_DUE_TASK)
    yield from _asked([step.ahead], due, SPAN, known=started)
    yield from _asked((each.at for each in step.escalate), due, MOMENT, known=started)


def _of_ending(ending: Ending, task: Surroundings, known: Facts) -> Iterator[Expression]:
    if _are_known(task, ending.events):
        yield from _asked([ending.condition], _with(task, ending.events), YES_NO)
    yield from _asked([ending.when], task, YES_NO, known=known)


def answered_by(condition: Word | None) -> Facts:
    """Return what is known where a condition holds."""
    tree = parse(condition) if condition is not None else None
    return facts(tree.node, holds=True) if isinstance(tree, Tree) else NO_FACTS


def _opening(definitions: Definitions, place: Place, names: Surroundings, opening: Opening) -> _OpenedBy:
    fields, known = None, answered_by(opening.condition)
    if opening.kind in ("on", "each"):
        fields = joined(_forms(names, opening.events))
    elif opening.kind == "after":
        done = _done(definitions, place, str(opening.step))
        fields = joined(_forms(names, done.done.events)) if done else {}
        known |= frozenset(map(name_fact, done.evidence)) if done else NO_FACTS
    at = replace(names, fields=fields or {}, opened_by=fields)
    before = known - answered_by(opening.condition)
    conditions = [*_asked([opening.condition], at, YES_NO, known=before)]
    task = replace(at, more=OF_A_TASK)
    conditions += _asked([opening.delay], task, SPAN, MOMENT, known=known)
    conditions += _asked([opening.interval], task, SPAN, MOMENT, known=known)
    return _OpenedBy(fields, known, tuple(conditions))


def _done(definitions: Definitions, place: Place, name: str) -> Step | None:
    process, _, step = name.rpartition(".")
    found = definitions.processes.get(process) if process else place.process
    return found.steps.get(step) if found else None


def _of_overlays(definitions: Definitions) -> Iterator[Expression]:
    for overlay in definitions.overlays.values():
        for change in overlay.changes:
            process, _, name = change.step.partition(".")
            found = definitions.processes.get(process)
            if found is None or name not in found.steps:
                continue
            values = {str(key): value for key, value in change.values.items() if key in ("due", "needs", "ahead")}
            place = Place(found, replace(found.steps[name], **values))  # type: ignore[arg-type]
            words = [id(each) for each in values.values()]
            yield from (each for each in _of_step(definitions, place) if id(each.word) in words)


def _of_tables(definitions: Definitions) -> Iterator[Expression]:
    for table in definitions.tables.values():
        names = Surroundings(definitions, str(table.subject or ""))
        yield from _of_inputs(table.inputs, names)
        within = replace(names, more={name: type_of_field(each.field).known() for name, each in table.inputs.items()})
        for rule in (*table.rules, *([table.otherwise] if table.otherwise else [])):
            for name, word in rule.then.items():
                if name in table.outputs:
                    yield Expression(word, within, (type_of_field(table.outputs[name]).known(),))


def _of_inputs(inputs: Mapping[str, Input], names: Surroundings) -> Iterator[Expression]:
    for each in inputs.values():
        yield from _asked([each.value], names, type_of_field(each.field).or_unknown())


def _of_calculations(definitions: Definitions) -> Iterator[Expression]:
    for calculation in definitions.calculations.values():
        names = Surroundings(definitions, str(calculation.subject))
        yield from _of_inputs(calculation.inputs, names)
        more = {name: type_of_field(each.field).known() for name, each in calculation.inputs.items()}
        for name, line in calculation.lines.items():
            wanted = Type("span" if line.type == "duration" else line.type)
            yield Expression(line.amount, replace(names, more=dict(more)), (wanted,))
            more[name] = wanted
