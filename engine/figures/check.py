"""A figure that cannot be worked out: unknown names, two formulas at once, a target that is none."""

from collections.abc import Iterable, Iterator, Mapping

from engine.expr import problems_of
from engine.expr.surroundings import EVERYWHERE, Surroundings
from engine.expr.types import MONEY, NUMBER, YES_NO
from engine.figures.model import PERIODS, WAYS, Figure, figures_of
from engine.figures.names import FigureNames, TaskNames
from engine.figures.owners import FIXED
from engine.figures.reach import events_of, is_round
from engine.figures.sheet import FIXED_TARGET, TARGET
from engine.model import Definitions
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "figure-unknown"
_NUMBERS = (NUMBER.or_unknown(), MONEY.or_unknown(), YES_NO.or_unknown())


def problems(definitions: Definitions) -> list[Problem]:
    """Return what is wrong with the figures."""
    known = figures_of(definitions)
    found: list[Problem] = []
    for figure in known.values():
        names = FigureNames(definitions, known)
        found += _shape(figure, definitions)
        found += _formulas(figure, definitions, names)
        found += _sources(figure, definitions)
        found += _reach(figure, known, definitions)
    return found


def _shape(figure: Figure, definitions: Definitions) -> Iterator[Problem]:
    forms = [figure.tasks, figure.rank, figure.cases or figure.value]
    if sum(map(bool, forms)) != 1:
        message = f'figure "{figure.name}" needs exactly one of "value", "cases", "tasks" and "rank"'
        yield Problem(figure.span, CODE, message)
    if figure.period not in PERIODS:
        yield _unknown(figure.period, "period", PERIODS)
    if figure.how not in WAYS:
        yield _unknown(Word(figure.how, figure.span), "way to put values together", WAYS)
    if figure.period == "named" and figure.dated_by is None:
        yield Problem(figure.span, CODE, f'figure "{figure.name}" has named periods and no field under "dated_by"')
    facts = {name for subject in definitions.subjects.values() for name in subject.fields}
    for each in figure.per:
        if each not in FIXED and each not in facts and each not in definitions.roles:
            yield _unknown(each, "owner", (*FIXED, *definitions.roles))
    steps = {f"{process.name}.{step}" for process in definitions.processes.values() for step in process.steps}
    for each in figure.tasks:
        if each not in steps:
            yield _unknown(each, "step", steps)


def _unknown(word: Word, what: str, choices: Iterable[object]) -> Problem:
    known = [str(each) for each in choices]
    return Problem(word.span, CODE, f'there is no {what} "{word}"', hint=did_you_mean(word, known))


def _formulas(figure: Figure, definitions: Definitions, names: FigureNames) -> Iterator[Problem]:
    if figure.cases is not None:
        if figure.cases not in definitions.subjects:
            yield _unknown(figure.cases, "subject", definitions.subjects)
            return
        around = Surroundings(definitions, str(figure.cases), more=dict(EVERYWHERE))
        yield from problems_of(figure.value, around, _NUMBERS) if figure.value else ()
        yield from problems_of(figure.condition, around, (YES_NO,)) if figure.condition else ()
        return
    for text in (figure.value, figure.rank):
        yield from problems_of(text, names, _NUMBERS) if text else ()
    if figure.tasks and figure.condition:
        yield from problems_of(figure.condition, TaskNames(definitions, {}), (YES_NO,))
    yield from _target(figure, names)


def _target(figure: Figure, names: FigureNames) -> Iterator[Problem]:
    if figure.target is None:
        return
    found = TARGET.fullmatch(figure.target.strip())
    if found is None:
        hint = 'write a sign and a number, a share or a figure: "> 95 %", ">= target_signings"'
        yield Problem(figure.target.span, CODE, f'"{figure.target}" is no target', hint=hint)
    elif FIXED_TARGET.fullmatch(found[2]) is None:
        yield from problems_of(Word(found[2], figure.target.part(found.start(2), found.end(2))), names, _NUMBERS)


def _reach(figure: Figure, known: Mapping[str, Figure], definitions: Definitions) -> Iterator[Problem]:
    if is_round(figure, known):
        yield Problem(figure.span, CODE, f'figure "{figure.name}" goes round: it is made of itself')
        return
    events = [definitions.events[name] for name in sorted(events_of(figure, known)) if name in definitions.events]
    fields = {str(field) for event in events for field in event.fields}
    if figure.dated_by is not None and figure.dated_by not in fields:
        message = f'no event of it has the field "{figure.dated_by}", by which figure "{figure.name}" is dated'
        yield Problem(figure.dated_by.span, CODE, message, hint=did_you_mean(figure.dated_by, fields))


def _sources(figure: Figure, definitions: Definitions) -> Iterator[Problem]:
    for clause in figure.source:
        if definitions.clauses and clause not in definitions.clauses:
            yield _unknown(clause, "clause", definitions.clauses)
