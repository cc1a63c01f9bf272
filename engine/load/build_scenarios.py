"""Nodes to scenarios: defaults of the file filled in, so that each scenario stands by itself."""

from engine.load.draft import Draft
from engine.load.nodes import MapNode, Node, plain
from engine.load.reading import items, mapping, text, values, word, words
from engine.model import Expectation, Scenario, ScenarioEvent
from engine.text import Word

_LINE = ("at", "event", "waive", "case")
FIRST_CASE = "S-1"
"""The id of the one case of a scenario that gives none."""


def add_scenarios(draft: Draft, node: MapNode) -> None:
    """Add the scenarios of a file; processes and tables must be in the draft already."""
    for each in items(node.get("scenarios")):
        draft.scenarios.append(_scenario(draft, node, mapping(each)))


def _scenario(draft: Draft, file: MapNode, node: MapNode) -> Scenario:
    name = text(node.get("name"))
    process = word(node.get("process")) or word(file.get("process"))
    events = tuple(_event(mapping(each)) for each in items(node.get("events")))
    as_of = word(node.get("as_of"))
    decide, calculate = node.get("decide"), node.get("calculate")
    asked = mapping(decide) if isinstance(decide, MapNode) else mapping(calculate)
    return Scenario(
        name=name,
        process=process,
        campus=str(word(node.get("campus")) or word(file.get("campus")) or ""),
        cases=_cases(
            file,
            node,
            _subject(draft, process, _asked(decide, "table"), _asked(calculate, "calculation")),
            events,
            as_of,
        ),
        events=events,
        as_of=as_of,
        tasks=tuple(_expectation(mapping(each)) for each in items(node.get("tasks"))),
        silent=words(node.get("silent")),
        parameters={**_words(file.get("parameters")), **_words(node.get("parameters"))},
        decide=_asked(decide, "table"),
        calculate=_asked(calculate, "calculation"),
        given=values(asked.get("with") or node.get("with")),
        expect=_answer(asked.get("expect") or node.get("expect")),
        source=words(node.get("source")),
        span=name.span,
    )


def _asked(node: Node | None, key: str) -> Word | None:
    return word(node.get(key)) if isinstance(node, MapNode) else word(node)


def _answer(node: Node | None) -> dict[Word, object]:
    """Return what is expected, by output; a lone value is under "": the only output, or the result."""
    if node is None or isinstance(node, MapNode):
        return values(node)
    return {Word("", node.span): plain(node)}


def _words(node: Node | None) -> dict[Word, Word]:
    return {key: text(each) for key, each in mapping(node).entries.items()}


def _subject(draft: Draft, process: Word | None, table: Word | None, calculation: Word | None) -> Word | None:
    if process is not None and process in draft.processes:
        return draft.processes[process].subject
    if table is not None and table in draft.tables:
        return draft.tables[table].subject
    if calculation is not None and calculation in draft.calculations:
        return draft.calculations[calculation].subject
    return None


def _cases(
    file: MapNode, node: MapNode, subject: Word | None, events: tuple[ScenarioEvent, ...], as_of: Word | None
) -> tuple[dict[Word, object], ...]:
    """Return the cases with case_id, subject and created_at; fields of the file are for cases of its own subject."""
    own = values(node.get("case"))
    listed = [values(each) for each in items(node.get("cases"))] or [{}]
    cases = []
    for fields in listed:
        other = _value(fields, "subject") not in (None, subject)
        made = {**({} if other else values(file.get("case"))), **({} if other else own), **fields}
        made.setdefault(Word("case_id"), FIRST_CASE)
        if subject is not None:
            made.setdefault(Word("subject"), subject)
        created = _created(str(_value(made, "case_id")) if len(listed) > 1 else None, events) or as_of
        if created is not None:
            made.setdefault(Word("created_at"), created)
        cases.append(made)
    return tuple(cases)


def _value(fields: dict[Word, object], name: str) -> object:
    return next((value for key, value in fields.items() if key == name), None)


def _created(case: str | None, events: tuple[ScenarioEvent, ...]) -> Word | None:
    """Return the moment of the first event of a case; of the only case, if None, every event is."""
    own = [each.at for each in events if case in (None, each.case)]
    return min(own or [each.at for each in events], default=None)


def _event(node: MapNode) -> ScenarioEvent:
    rest: dict[Word, object] = {key: plain(each) for key, each in node.entries.items() if key not in _LINE}
    waived = node.key("waive")
    if waived is not None and node.get("event") is None:
        rest = {Word("step", waived.span): text(node.get("waive")), **rest}
        return ScenarioEvent(text(node.get("at")), Word("waive", waived.span), word(node.get("case")), rest, node.span)
    return ScenarioEvent(text(node.get("at")), text(node.get("event")), word(node.get("case")), rest, node.span)


def _expectation(node: MapNode) -> Expectation:
    rest: dict[Word, object] = {key: plain(each) for key, each in node.entries.items() if key != "step"}
    return Expectation(text(node.get("step")), rest, node.span)
