"""YAML text to nodes with spans: the only door to PyYAML.

Only null, true, false and plain decimals are more than text: `22:30`, `off`, `010`, `yes` and dates stay as written.
Aliases and tags are refused wholly: a value that two places share has a name of its own in this language, and without
aliases no small file can stand for a huge one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias, cast

import yaml

from engine.load.scalars import block_places, flow_places
from engine.load.syntax import syntax_problem
from engine.problems import Problem
from engine.text import Span, Word

ScalarKind = Literal["null", "yes_no", "number", "text"]

DEEPEST = 40
"""Levels of mappings and lists that a file may have; the language itself needs eight."""

_WORDS: dict[str, ScalarKind] = {"": "null", "~": "null", "null": "null", "true": "yes_no", "false": "yes_no"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BRACKET = re.compile(r"[\[\]{}]")
_LONG_LEAD = re.compile(rf"^[ \-?:]{{{DEEPEST},}}", re.MULTILINE)
_MANY = 2_000  # brackets; PyYAML's composer is recursive and dies of some ten thousand levels
_ALIAS = re.compile(r"(?:^|[\s\[{,])[*&][^\s=]", re.MULTILINE)


class Scalar(Word):
    """A value or key as written, and what it would be as data."""

    __slots__ = ("kind",)
    kind: ScalarKind

    @property
    def value(self) -> bool | int | float | str | None:
        """Return the value as data; a text is the scalar itself."""
        match self.kind:
            case "null":
                return None
            case "yes_no":
                return self == "true"
            case "number":
                return float(self) if "." in self else int(self)
        return self


@dataclass(frozen=True, slots=True)
class MapNode:
    """Keys to values, in the order of the file; `span` is from the first key to its end, or the braces."""

    entries: dict[Scalar, "Node"]
    span: Span
    flow: bool = False

    def get(self, name: str) -> "Node | None":
        """Return the value of the key `name`, if it is there."""
        return self.entries.get(cast("Scalar", name))

    def key(self, name: str) -> Scalar | None:
        """Return the key `name` as written, with its place, if it is there."""
        return next((each for each in self.entries if each == name), None)


@dataclass(frozen=True, slots=True)
class ListNode:
    """Items in order; `span` is that of the first item, or the brackets."""

    items: tuple["Node", ...]
    span: Span


Node: TypeAlias = Scalar | MapNode | ListNode


class _Loader(yaml.CSafeLoader):
    """Composes without any idea of types: what a plain scalar is, is decided here."""

    def resolve(self, *_: object) -> str:
        """Return no tag: what then has one was given it in the file."""
        return ""

    def descend_resolver(self, *_: object) -> None:
        """Follow no path; only PyYAML's own resolver would use it."""

    ascend_resolver = descend_resolver


def parse(text: str, path: str) -> tuple[Node | None, list[Problem]]:
    """Return the one document of `text`, or None and what is wrong; `path` names the file in spans."""
    try:
        if (_may_be_deep(text) or _ALIAS.search(text)) and (faults := list(_refused(text, path))):
            return None, faults
        tree = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as fault:
        return None, [syntax_problem(text, path, fault)]
    except (yaml.YAMLError, UnicodeEncodeError):  # only for texts that were never a file: those are looked through
        return None, [Problem(Span(path, 1, 1, 1, 2), "yaml-syntax", "this holds characters that no YAML file can")]
    if tree is None:
        hint = "start it with a kind, such as: kind: process"
        return None, [Problem(Span(path, 1, 1, 1, 2), "file-empty", "the file defines nothing", hint=hint)]
    reader = _Reader(text, path)
    return reader.node(tree), reader.problems


def _may_be_deep(text: str) -> bool:
    """Return whether a text could be too deep: block nesting moves right, flow nesting opens brackets."""
    if text.count("[") + text.count("{") > _MANY or _LONG_LEAD.search(text):
        return True
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = max(depth + (1 if match[0] in "[{" else -1), 0)
        if depth > DEEPEST:
            return True
    return False


def _refused(text: str, path: str) -> Iterator[Problem]:
    """Report anchors, and the first place that is too deep, event by event: nothing is built or expanded yet.

    An alias of an anchor that was reported goes with it, and is not reported again.
    """
    depth = 0
    anchors: set[str] = set()
    for event in _events(text):
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None and event.anchor not in anchors:
            anchors.add(event.anchor)
            yield _alias(event, path)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            begin = _span(path, event)
            message = f"this is nested more than {DEEPEST} levels deep"
            hint = "nothing in the language is so deep; look for a stray bracket"
            end = begin.column + 1
            yield Problem(Span(path, begin.line, begin.column, begin.line, end), "yaml-too-deep", message, hint=hint)
            return


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the events of a text, also those that PyYAML since 6.0.4 has read past when it gives up a thousand deep."""
    seen = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            yield event
            seen += 1
    except yaml.MarkedYAMLError as fault:
        if fault.problem != "exceeded maximum nesting depth" or fault.problem_mark is None:
            raise
        yield from islice(yaml.parse(text[: fault.problem_mark.index - 1], Loader=_Loader), seen, None)


def _alias(event: yaml.NodeEvent, path: str) -> Problem:
    begin, is_alias = _span(path, event), isinstance(event, yaml.AliasEvent)
    sign, what = ("*", "alias") if is_alias else ("&", "anchor")
    span = Span(path, begin.line, begin.column, begin.line, begin.column + len(event.anchor or "") + 1)
    message = f'"{sign}{event.anchor}" is a YAML {what}; anchors and aliases are not used here'
    return Problem(span, "yaml-alias", message, hint=f"write the value again, or quote a text that begins with {sign}")


def _first(entries: Iterable[Scalar], key: str) -> Scalar:
    return next(each for each in entries if each == key)


def _span(path: str, node: yaml.Node | yaml.Event) -> Span:
    start, end = node.start_mark, node.end_mark
    assert start is not None
    assert end is not None
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class _Reader:
    """Turns the tree of PyYAML into nodes, and collects what it meets on the way."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.lines: Sequence[str] = _LINE_END.split(text)
        self.problems: list[Problem] = []

    def node(self, tree: yaml.Node) -> Node:
        if isinstance(tree, yaml.ScalarNode):
            return self.scalar(tree)
        if tree.tag:
            self.refuse_tag(tree)
        if isinstance(tree, yaml.MappingNode):
            return self.mapping(tree)
        items = tuple(self.node(each) for each in tree.value)
        in_brackets = isinstance(tree, yaml.SequenceNode) and tree.flow_style
        return ListNode(items, items[0].span if items and not in_brackets else _span(self.path, tree))

    def mapping(self, tree: yaml.MappingNode) -> MapNode:
        entries: dict[Scalar, Node] = {}
        for key_tree, value_tree in tree.value:
            if not isinstance(key_tree, yaml.ScalarNode):
                message = "a key is a mapping or a list; expected a name"
                hint = "quote the braces if they are part of a text"
                self.problems.append(Problem(_span(self.path, key_tree), "yaml-key", message, hint=hint))
                continue
            key = self.scalar(key_tree)
            if key in entries:
                message = (
                    f'key "{key}" stands twice in this mapping; the other is in line {_first(entries, key).span.line}'
                )
                self.problems.append(Problem(key.span, "yaml-duplicate-key", message, hint="keep one of them"))
            entries.setdefault(key, self.node(value_tree))
        first_key = next(iter(entries), None)
        span = _span(self.path, tree) if first_key is None else first_key.span
        return MapNode(entries, span, bool(tree.flow_style))

    def scalar(self, tree: yaml.ScalarNode) -> Scalar:
        value, style, start, end = tree.value, tree.style or "", tree.start_mark, tree.end_mark
        quotes = 1 if style in ("'", '"') else 0
        line, column = start.line + 1, start.column + 1 + quotes
        end_line, end_column = end.line + 1, end.column + 1 - quotes
        places: tuple[tuple[int, int], ...] = ()
        if style in ("|", ">"):
            places = block_places(self.lines, line, value)
            if places:
                (line, column), (end_line, end_column) = places[0], places[-1]
        elif line != end_line or end_column - column != len(value):
            places = flow_places(self.lines, (line, column), (end_line, end_column), style)
        elif not value:  # nothing is written, or two quotes with nothing between them
            column, end_column = column - quotes, end_column + quotes
        scalar = Scalar(value, Span(self.path, line, column, end_line, end_column), places)
        scalar.kind = self.kind(tree, value, style)
        return scalar

    def kind(self, tree: yaml.ScalarNode, value: str, style: str) -> ScalarKind:
        if tree.tag:
            self.refuse_tag(tree)
        if style:
            return "text"
        return _WORDS.get(value) or ("number" if _NUMBER.fullmatch(value) else "text")

    def refuse_tag(self, tree: yaml.Node) -> None:
        message = f'"{tree.tag.replace("tag:yaml.org,2002:", "!!")}" is a YAML tag; tags are not used here'
        hint = "delete it, or quote a text that begins with !"
        self.problems.append(Problem(_span(self.path, tree), "yaml-tag", message, hint=hint))


def plain(node: Node) -> object:
    """Return the node as plain data: dict, list, str, int, float, bool or None; texts are `Scalar`s."""
    if isinstance(node, MapNode):
        return {key: plain(each) for key, each in node.entries.items()}
    if isinstance(node, ListNode):
        return [plain(each) for each in node.items]
    return node.value
