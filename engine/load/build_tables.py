"""Nodes to decision tables, calculations, handbooks and figures."""

from typing import Literal, cast

from engine.load.build_fields import build_fields, build_input
from engine.load.draft import Draft
from engine.load.nodes import ListNode, MapNode, Node
from engine.load.reading import day, entries, is_true, items, joined, mapping, text, title, values, word, words
from engine.model import Calculation, Clause, DecisionTable, FieldType, HitPolicy, Line, Rule
from engine.problems import Problem
from engine.text import Word


def add_table(draft: Draft, node: MapNode) -> None:
    """Add a decision table."""
    name = text(node.get("id"))
    if not draft.is_new("decision_table", name, name.span):
        return
    otherwise = node.get("otherwise")
    draft.tables[name] = DecisionTable(
        name=name,
        title=title(node.get("title")),
        hit=cast("HitPolicy", str(word(node.get("hit")) or "unique")),
        inputs={str(key): build_input(key, each) for key, each in entries(node, "inputs")},
        outputs=build_fields(node, "outputs"),
        rules=tuple(_rule(each, draft.problems) for each in items(node.get("rules"))),
        aggregate=cast("Literal['', 'sum', 'min', 'max', 'count']", str(word(node.get("aggregate")) or "")),
        otherwise=None if otherwise is None else _rule(otherwise, draft.problems),
        subject=word(node.get("subject")),
        source=words(node.get("source")),
    )


def _rule(node: Node, problems: list[Problem]) -> Rule:
    read = mapping(node)
    since, until = word(read.get("since")), word(read.get("until"))
    return Rule(
        when={key: text(each) for key, each in entries(read, "if")},
        then={key: _answer(each) for key, each in entries(read, "then")},
        span=node.span,
        since=day(since, problems) if since else None,
        until=day(until, problems) if until else None,
        source=words(read.get("source")),
        help=title(read.get("help")),
    )


def _answer(node: Node) -> Word:
    return joined(words(node), "[", "]") if isinstance(node, ListNode) else text(node)


def add_calculation(draft: Draft, node: MapNode) -> None:
    """Add a calculation."""
    name = text(node.get("id"))
    if not draft.is_new("calculation", name, name.span):
        return
    draft.calculations[name] = Calculation(
        name=name,
        title=title(node.get("title")),
        subject=text(node.get("subject")),
        inputs={str(key): build_input(key, each) for key, each in entries(node, "inputs")},
        lines={str(key): _line(key, mapping(each)) for key, each in entries(node, "lines")},
        result=text(node.get("result")),
        source=words(node.get("source")),
    )


def _line(name: Word, node: MapNode) -> Line:
    return Line(
        name=name,
        amount=text(node.get("amount")),
        type=cast("FieldType", str(text(node.get("type")))),
        title=title(node.get("title")),
        shown=is_true(node.get("shown")) is not False,
        source=words(node.get("source")),
    )


def add_handbook(draft: Draft, node: MapNode) -> None:
    """Add the clauses of a handbook."""
    for name, each in entries(node, "clauses"):
        if not draft.is_new("clause", name, name.span):
            continue
        read = mapping(each)
        titled = title(each) if not isinstance(each, MapNode) else title(_title_part(read))
        place, machine = word(read.get("place")) or "", word(read.get("machine")) or "yes"
        draft.clauses[name] = Clause(name, titled, str(place), str(machine))


def _title_part(node: MapNode) -> MapNode:
    return MapNode({key: each for key, each in node.entries.items() if key in ("zh", "en")}, node.span)


def add_figures(draft: Draft, node: MapNode) -> None:
    """Add figures as plain data: nothing but their shape is known here."""
    for name, each in entries(node, "figures"):
        if draft.is_new("figure", name, name.span):
            draft.figures[name] = values(each)
