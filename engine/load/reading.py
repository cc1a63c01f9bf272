"""Typed reading of nodes whose shape a schema has checked: words, titles, days, lists of names."""

from collections.abc import Iterator, Mapping
from datetime import date

from engine.load.nodes import ListNode, MapNode, Node, Scalar, plain
from engine.model import Title
from engine.problems import Problem
from engine.text import NOWHERE, Span, Word

_EMPTY = MapNode({}, NOWHERE)


def entries(node: MapNode, key: str) -> Iterator[tuple[Scalar, Node]]:
    """Return the keys and values of the mapping under `key`; none if it is absent."""
    found = node.get(key)
    return iter(found.entries.items()) if isinstance(found, MapNode) else iter(())


def mapping(node: Node | None) -> MapNode:
    """Return the node as a mapping; an absent one is empty."""
    return node if isinstance(node, MapNode) else _EMPTY


def items(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; one value is a list of one, an absent one is empty."""
    if isinstance(node, ListNode):
        return node.items
    return () if node is None or is_null(node) else (node,)


def is_null(node: Node | None) -> bool:
    """Return whether nothing is written there."""
    return node is None or (isinstance(node, Scalar) and node.kind == "null")


def words(node: Node | None) -> tuple[Word, ...]:
    """Return one name or a list of names."""
    return tuple(each for each in items(node) if isinstance(each, Scalar))


def word(node: Node | None) -> Word | None:
    """Return a scalar as written; a list becomes one word, its items parted by commas."""
    if isinstance(node, ListNode):
        return joined(words(node))
    return node if isinstance(node, Scalar) and node.kind != "null" else None


def text(node: Node | None) -> Word:
    """Return the scalar at a key that the schema requires."""
    return word(node) or Word("", node.span if node is not None else NOWHERE)


def joined(parts: tuple[Word, ...], before: str = "", after: str = "") -> Word:
    """Return the words as one, parted by commas; every character knows the word that it came from.

    >>> str(joined((Word("a"), Word("b")), "[", "]"))
    '[a, b]'
    """
    if not parts:
        return Word(before + after)
    whole, places = before, [_places(parts[0])[0]] * len(before)
    for number, part in enumerate(parts):
        if number:
            whole, places = whole + ", ", [*places, places[-1], places[-1]]
        whole, places = whole + part, [*places, *_places(part)]
    places += [places[-1]] * len(after)
    first, last = parts[0].span, parts[-1].span
    return Word(
        whole + after, Span(first.path, first.line, first.column, last.end_line, last.end_column), tuple(places)
    )


def _places(part: Word) -> tuple[tuple[int, int], ...]:
    if part.places or not part:
        return part.places or ((part.span.line, part.span.column),)
    return tuple((part.span.line, part.span.column + each) for each in range(len(part)))


def title(node: Node | None) -> Title:
    """Return a text or {zh, en} as a title; a lone text counts as Chinese if it holds a Chinese character."""
    if isinstance(node, MapNode):
        return Title(zh=str(word(node.get("zh")) or ""), en=str(word(node.get("en")) or ""))
    said = str(word(node) or "")
    return Title(zh=said) if any("\u4e00" <= each <= "\u9fff" for each in said) else Title(en=said)


def is_true(node: Node | None) -> bool | None:
    """Return true or false as written, None if absent."""
    return node == "true" if isinstance(node, Scalar) else None


def number(node: Node | None) -> float | None:
    """Return a number as written, None if absent."""
    return float(node) if isinstance(node, Scalar) and node.kind == "number" else None


def values(node: Node | None) -> dict[Word, object]:
    """Return a mapping as plain data: numbers, yes or no, and words for everything that is a text."""
    return {key: plain(each) for key, each in mapping(node).entries.items()}


def strings(node: Node | None) -> Mapping[str, str]:
    """Return a mapping of texts, such as a waiver."""
    return {str(key): str(each) for key, each in mapping(node).entries.items() if isinstance(each, Scalar)}


def day(written: Word, problems: list[Problem]) -> date | None:
    """Return the day that is written, or None and a problem where the calendar has no such day.

    >>> faults = []
    >>> day(Word("2026-02-29"), faults), faults[0].message
    (None, '"2026-02-29" is no day of the calendar')
    """
    try:
        return date.fromisoformat(written)
    except ValueError:
        message = f'"{written}" is no day of the calendar'
        problems.append(Problem(written.span, "bad-date", message, hint="write it as 2026-03-01"))
        return None
