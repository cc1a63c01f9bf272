"""A process, a campus, a table or a calculation as a page in plain language, made from the definitions alone."""

from collections.abc import Iterable, Iterator

from engine.handbook import tables
from engine.handbook.endings import event, event_where
from engine.handbook.expression import condition, value
from engine.handbook.mentioned import Mentioned, mentioned
from engine.handbook.places import Places
from engine.handbook.steps import change_of, sentences, sources, waiver
from engine.handbook.terms import Terms
from engine.model import Definitions, Overlay, Process, Step, Title


def page(definitions: Definitions, name: str, language: str) -> str:
    """Return the page of a process, of a campus, of a decision table or of a calculation."""
    terms = Terms(definitions, language)
    if name in definitions.processes:
        lines = _process(terms, definitions.processes[name])
    elif name in definitions.overlays:
        lines = _campus(terms, definitions.overlays[name])
    elif name in definitions.tables:
        lines = _titled(terms, definitions.tables[name].title, name, tables.decision(terms, definitions.tables[name]))
    else:
        one = definitions.calculations[name]
        lines = _titled(terms, one.title, name, tables.calculation(terms, one))
    return "\n".join(lines).rstrip() + "\n"


def _titled(terms: Terms, title: Title, name: str, lines: Iterable[str], level: str = "#") -> Iterator[str]:
    yield f"{level} {terms.bare(title, name)} `{name}`"
    yield ""
    yield from lines
    yield ""


def _process(terms: Terms, process: Process) -> Iterator[str]:
    places = Places(terms.definitions, process)
    steps = steps_of(terms.definitions, process)
    yield from _titled(terms, process.title, str(process.name), [terms.tell("page.check")])
    if process.help.text(terms.language):
        yield process.help.text(terms.language)
        yield ""
    yield from (f"- {each}" for each in _about(terms, places, steps))
    yield ""
    number = 0
    for stage, mine in by_stage(terms, process, steps):
        yield f"## {stage}"
        yield ""
        for step in mine:
            number += 1
            yield from _step(terms, places, step, number)
    said = mentioned(terms.definitions, process, steps)
    yield from _sections(terms, places, said)
    yield from _campuses(terms)


def _about(terms: Terms, places: Places, steps: Iterable[Step]) -> Iterator[str]:
    process = places.process
    subject = terms.definitions.subjects.get(str(process.subject))
    yield terms.tell("page.for", subject=terms.bare(subject.title if subject else Title(), str(process.subject)))
    if process.applies_if:
        yield terms.tell("page.applies", condition=condition(terms, places.case, process.applies_if))
    else:
        yield terms.tell("page.applies all")
    for ending in process.ends:
        yield terms.tell("page.ends", events=event_where(terms, places.of_events(ending.events), ending))
    for pause in process.pauses:
        yield terms.tell("page.pauses", events=terms.events(pause.events), until=terms.events(pause.until))
    stages = [terms.tell("page.stage", stage=stage, count=len(mine)) for stage, mine in by_stage(terms, process, steps)]
    yield terms.tell("page.steps", count=len(tuple(steps)), stages=terms.joined(stages))


def steps_of(definitions: Definitions, process: Process) -> list[Step]:
    """Return the steps of a process, those that campuses add among them."""
    added = (overlay.steps.get(process.name, {}) for overlay in definitions.overlays.values())
    return [*process.steps.values(), *(step for steps in added for step in steps.values())]


def by_stage(terms: Terms, process: Process, steps: Iterable[Step]) -> list[tuple[str, list[Step]]]:
    """Return the steps by the title of their stage, in the order of the stages; those of none come last."""
    found: dict[str, list[Step]] = {str(name): [] for name in process.stages}
    for step in steps:
        found.setdefault(str(step.stage or ""), []).append(step)
    titles = {str(name): title for name, title in process.stages.items()}
    other = terms.tell("page.other") if len(found) > 1 else terms.bare(process.title, str(process.name))
    shown = {name: terms.bare(titles[name], name) if name in titles else other for name in found}
    return [(shown[name][:1].upper() + shown[name][1:], mine) for name, mine in found.items() if mine]


def _step(terms: Terms, places: Places, step: Step, number: int) -> Iterator[str]:
    yield f"### {number}. {terms.bare(step.title, str(step.name))} `{step.name}`"
    yield ""
    yield from (f"- {each}" for each in sentences(terms, places, step))
    if step.source:
        yield f"- {terms.tell('source')}"
        yield from (f"  - {each}" for each in sources(terms, step.source))
    yield ""


def _sections(terms: Terms, places: Places, said: Mentioned) -> Iterator[str]:
    definitions = terms.definitions
    if said.events:
        yield from _heading(terms, "page.events")
        for name in said.events:
            yield from _event(terms, places, name)
        yield ""
    if said.formulas:
        yield from _heading(terms, "page.formulas")
        formulas = {str(key): each for key, each in definitions.formulas[str(places.process.subject)].items()}
        for name in said.formulas:
            text = value(terms, places.case, str(formulas[name].value))
            yield f"- {terms.title(formulas[name].title, name)} `{name}`{terms.tell('means')}{text}{terms.tell('stop')}"
        yield ""
    if said.parameters:
        yield from _heading(terms, "page.parameters")
        yield from tables.parameters(terms, said.parameters)
        yield ""
    for key, names in (("page.tables", said.tables), ("page.calculations", said.calculations)):
        if names:
            yield from _heading(terms, key)
        for name in names:
            yield from _table(terms, name)


def _table(terms: Terms, name: str) -> Iterator[str]:
    if name in terms.definitions.tables:
        table = terms.definitions.tables[name]
        yield from _titled(terms, table.title, name, tables.decision(terms, table), "###")
    else:
        one = terms.definitions.calculations[name]
        yield from _titled(terms, one.title, name, tables.calculation(terms, one), "###")


def _heading(terms: Terms, key: str) -> Iterator[str]:
    yield f"## {terms.tell(key)}"
    yield ""


def _event(terms: Terms, places: Places, name: str) -> Iterator[str]:
    one = terms.definitions.events[name]
    by = terms.tell("by", roles=terms.joined(terms.role(str(each)) for each in one.by)) if one.by else ""
    said = "".join(event(terms, places, one)) if terms.language == "zh" else " ".join(event(terms, places, one))
    head = f"**{terms.bare(one.title, name)}** `{name}`"
    yield f"- {terms.tell('aside', text=head, aside=by) if by else head}{terms.tell('means')}{said}"


def _campuses(terms: Terms) -> Iterator[str]:
    posts = [text for overlay in terms.definitions.overlays.values() for text in _posts(terms, overlay)]
    if posts:
        yield from _heading(terms, "page.campuses")
        yield from (f"- {each}" for each in posts)
        yield ""


def _posts(terms: Terms, overlay: Overlay) -> Iterator[str]:
    campus = terms.bare(overlay.title, str(overlay.name))
    for role, other in overlay.roles.items():
        yield terms.tell("stands in", campus=campus, role=terms.role(str(role)), other=terms.role(str(other)))


def _campus(terms: Terms, overlay: Overlay) -> Iterator[str]:
    """Yield the page of a campus: what differs from head office."""
    campuses = terms.joined(str(each) for each in overlay.campuses)
    yield from _titled(terms, overlay.title, str(overlay.name), [terms.tell("page.campus", campuses=campuses)])
    yield from (f"- {each}" for each in _posts(terms, overlay))
    if overlay.calendar:
        yield f"- {terms.tell('campus calendar', calendar=f'`{overlay.calendar}`')}"
    yield ""
    if overlay.parameters:
        yield from _heading(terms, "page.parameters")
        heads = [terms.tell(f"head.{each}") for each in ("parameter", "value", "head_office", "waiver")]
        yield from tables.grid(heads, [_set_here(terms, overlay, str(name)) for name in overlay.parameters])
        yield ""
    if overlay.changes:
        yield from _heading(terms, "page.changed")
        yield from (f"- {each}" for each in _changed(terms, overlay))
        yield ""
    if overlay.steps:
        yield from _heading(terms, "page.added")
        for owner, steps in overlay.steps.items():
            places = Places(terms.definitions, terms.definitions.processes[str(owner)])
            for number, step in enumerate(steps.values(), 1):
                yield from _step(terms, places, step, number)


def _set_here(terms: Terms, overlay: Overlay, name: str) -> list[str]:
    parameter = terms.definitions.parameters[name]
    leave = {str(key): each for key, each in overlay.waivers.items()}.get(name)
    here, there = terms.parameter_value(parameter, str(overlay.name)), terms.parameter_value(parameter)
    return [f"{terms.bare(parameter.title, name)} `{name}`", here, there, waiver(terms, leave).strip(" （）()")]


def _changed(terms: Terms, overlay: Overlay) -> Iterator[str]:
    for change in overlay.changes:
        owner, _, name = str(change.step).partition(".")
        places = Places(terms.definitions, terms.definitions.processes[owner])
        step = places.step(places.process, name)
        if step:
            said = change_of(terms, places, step, overlay, change)
            yield f"{terms.step(name, owner)} `{change.step}`{terms.tell('means')}{' '.join(said)}"
