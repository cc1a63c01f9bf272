"""Nodes to fields, events, formulas and parameters: what vocabularies and processes both define."""

from collections.abc import Mapping
from typing import cast

from engine.load.draft import Draft
from engine.load.nodes import MapNode, Node
from engine.load.reading import day, entries, is_true, mapping, number, text, title, word, words
from engine.model import Dated, Event, Field, FieldType, Formula, Input, Parameter, Title
from engine.problems import Problem
from engine.text import Word


def build_field(name: Word, node: Node) -> Field:
    """Return the field called `name`."""
    read = mapping(node)
    choices, titles = build_choices(read.get("of"))
    return Field(
        name=name,
        type=cast("FieldType", str(text(read.get("type")))),
        title=title(read.get("title")),
        choices=choices,
        choice_titles=titles,
        to=word(read.get("to")),
        required=bool(is_true(read.get("required"))),
        required_if=word(read.get("required_if")),
        at_least=number(read.get("at_least")),
        at_most=number(read.get("at_most")),
        all_of=bool(is_true(read.get("all_of"))),
        source=words(read.get("source")),
        help=title(read.get("help")),
    )


def build_choices(node: Node | None) -> tuple[tuple[Word, ...], Mapping[str, Title]]:
    """Return the ids of `of` and, where they were given, their titles."""
    if isinstance(node, MapNode):
        return tuple(node.entries), {str(key): title(each) for key, each in node.entries.items()}
    return words(node), {}


def build_fields(node: MapNode, key: str) -> dict[str, Field]:
    """Return the fields in the mapping under `key`, by name."""
    return {str(name): build_field(name, each) for name, each in entries(node, key)}


def build_input(name: Word, node: Node) -> Input:
    """Return an input of a table or a calculation."""
    return Input(build_field(name, node), word(mapping(node).get("value")))


def build_event(name: Word, node: Node, subject: str) -> Event:
    """Return the event called `name`."""
    read = mapping(node)
    return Event(
        name=name,
        subject=subject,
        title=title(read.get("title")),
        by=words(read.get("by")),
        fields=build_fields(read, "fields"),
        sets={key: text(each) for key, each in entries(read, "sets")},
        source=words(read.get("source")),
        help=title(read.get("help")),
    )


def build_formula(name: Word, node: Node) -> Formula:
    """Return the formula called `name`."""
    read = mapping(node)
    return Formula(name, text(read.get("value")), title(read.get("title")), words(read.get("source")))


def build_dated(node: MapNode, problems: list[Problem]) -> tuple[Dated, ...]:
    """Return the values of a parameter, by day; one `value` holds from the beginning."""
    source = words(node.get("source"))
    if (only := word(node.get("value"))) is not None:
        return (Dated(None, only, source),)
    dated = [(day(since, problems), text(each)) for since, each in entries(node, "values")]
    return tuple(
        Dated(since, each, source)
        for since, each in sorted((pair for pair in dated if pair[0]), key=lambda pair: str(pair[0]))
    )


def build_parameter(name: Word, node: Node, problems: list[Problem]) -> Parameter:
    """Return the parameter called `name`."""
    read = mapping(node)
    choices, choice_titles = build_choices(read.get("of"))
    if (value := read.key("value")) and read.get("values"):
        message = f'"{name}" has both "value" and "values"'
        problems.append(
            Problem(value.span, "wrong-value", message, hint='keep "values", with the day from which each holds')
        )
    return Parameter(
        name=name,
        type=cast("FieldType", str(text(read.get("type")))),
        values=build_dated(read, problems),
        title=title(read.get("title")),
        choices=choices,
        choice_titles=choice_titles,
        reason=title(read.get("reason")),
        source=words(read.get("source")),
    )


def add_shared(draft: Draft, node: MapNode, subject: str) -> None:
    """Add the fields, events and formulas of `subject` that a vocabulary or a process declares."""
    for name, each in entries(node, "fields"):
        draft.add_field(subject, build_field(name, each))
    for name, each in entries(node, "events"):
        draft.add_event(build_event(name, each, subject))
    for name, each in entries(node, "formulas"):
        draft.add_formula(subject, build_formula(name, each))


def add_parameters(draft: Draft, node: MapNode) -> None:
    """Add the parameters that a vocabulary or a process declares."""
    for name, each in entries(node, "parameters"):
        if draft.is_new("parameter", name, name.span):
            draft.parameters[name] = build_parameter(name, each, draft.problems)


def _add_subject(draft: Draft, name: Word, titled: Title) -> None:
    """Add a subject; another vocabulary, read sooner or later, may add to it, but not name it otherwise."""
    known = draft.subjects.get(name, Title())
    if titled not in (Title(), known) and known != Title():
        draft.is_new("subject", name, name.span)  # reported as defined twice
        return
    draft.places.setdefault(f"subject:{name}", name.span)
    draft.subjects[name] = known if titled == Title() else titled


def add_vocabulary(draft: Draft, node: MapNode) -> None:
    """Add the roles, subjects and parameters of a vocabulary."""
    for name, each in entries(node, "roles"):
        if draft.is_new("role", name, name.span):
            draft.roles[name] = title(each)
    for name, each in entries(node, "subjects"):
        read = mapping(each)
        _add_subject(draft, name, title(read.get("title")))
        add_shared(draft, read, name)
    add_parameters(draft, node)
