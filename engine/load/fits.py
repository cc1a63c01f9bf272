"""Whether nodes fit a JSON Schema, and nothing more: a quick yes for the many files that are right.

Every schema becomes a function once. `engine.load.schema` asks jsonschema what is wrong with the files that don't fit,
which takes ten times as long. A keyword that is not known here fits nothing, so that jsonschema decides.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.load.nodes import ListNode, MapNode, Node, Scalar

Fits = Callable[[Node], bool]
Schemas = Mapping[str, Mapping[str, Any]]

_SILENT = frozenset({"$schema", "$defs", "title", "description", "default", "examples"})
_KINDS = {"string": "text", "number": "number", "boolean": "yes_no", "null": "null"}


class Compiler:
    """Turns schemas into functions; a schema that refers to itself is compiled once."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.known: dict[str, list[Fits]] = {}

    def named(self, reference: str, home: str) -> Fits:
        """Return the function for `reference`, as written in the file `home`."""
        file, _, pointer = reference.partition("#")
        file = file or home
        key = f"{file}#{pointer}"
        if key not in self.known:
            self.known[key] = []
            schema: Any = self.schemas[file]
            for part in pointer.split("/")[1:]:
                schema = schema[part]
            self.known[key].append(self.compiled(schema, file))
        found = self.known[key]
        if found:
            return found[0]
        return lambda node: found[0](node)  # noqa: PLW0108  a schema within itself: its function is not made yet

    def compiled(self, schema: Mapping[str, Any], home: str) -> Fits:
        """Return a function that says whether a node fits `schema`."""
        parts = [made for key in schema if (made := self.keyword(key, schema, home))]
        return parts[0] if len(parts) == 1 else lambda node: _all(parts, node)

    def keyword(self, key: str, schema: Mapping[str, Any], home: str) -> Fits | None:
        """Return the function of one keyword; None for one that only tells people something."""
        if key in _SILENT or (key == "additionalProperties" and "properties" in schema):
            return None
        if key in ("properties", "additionalProperties"):
            return self.properties(schema, home)
        if key == "$ref":
            return self.named(schema[key], home)
        if key == "anyOf":
            branches = [self.compiled(each, home) for each in schema[key]]
            return lambda node: any(branch(node) for branch in branches)
        if key in ("items", "propertyNames"):
            return _each(key, self.compiled(schema[key], home))
        return _type(schema[key]) if key == "type" else _SIMPLE.get(key, _undecided)(schema[key])

    def properties(self, schema: Mapping[str, Any], home: str) -> Fits:
        known = {key: self.compiled(each, home) for key, each in schema.get("properties", {}).items()}
        rest = schema.get("additionalProperties", True)
        other: Fits | bool = rest if isinstance(rest, bool) else self.compiled(rest, home)

        def fits(node: Node) -> bool:
            if not isinstance(node, MapNode):
                return True
            for key, each in node.entries.items():
                part = known.get(key, other)
                if part is False or (part is not True and not part(each)):
                    return False
            return True

        return fits


def _all(parts: list[Fits], node: Node) -> bool:
    for part in parts:  # noqa: SIM110  a generator would double the time of the whole
        if not part(node):
            return False
    return True


def _as_text(key: Scalar) -> Scalar:
    """Return a key as jsonschema sees it: always a text."""
    if key.kind == "text":
        return key
    text = Scalar(key, key.span)
    text.kind = "text"
    return text


def _each(key: str, part: Fits) -> Fits:
    if key == "items":
        return lambda node: not isinstance(node, ListNode) or all(map(part, node.items))
    return lambda node: not isinstance(node, MapNode) or all(part(_as_text(each)) for each in node.entries)


def _type(wanted: str | list[str]) -> Fits:
    names = {wanted} if isinstance(wanted, str) else set(wanted)
    kinds = {_KINDS[each] for each in names if each in _KINDS}
    whole, mapping, listing = "integer" in names, "object" in names, "array" in names

    def fits(node: Node) -> bool:
        if isinstance(node, Scalar):
            return node.kind in kinds or (whole and node.kind == "number" and float(node).is_integer())
        return mapping if isinstance(node, MapNode) else listing

    return fits


def _required(keys: list[str]) -> Fits:
    return lambda node: not isinstance(node, MapNode) or all(each in node.entries for each in keys)


def _enum(choices: list[str]) -> Fits:
    known = frozenset(choices)
    return lambda node: isinstance(node, Scalar) and node.kind == "text" and node in known


def _pattern(pattern: str) -> Fits:
    found = re.compile(pattern).search
    return lambda node: not isinstance(node, Scalar) or node.kind != "text" or found(node) is not None


def _size(least: int, of: type[ListNode | MapNode]) -> Fits:
    return lambda node: (
        not isinstance(node, of) or len(node.items if isinstance(node, ListNode) else node.entries) >= least
    )


def _length(least: int) -> Fits:
    return lambda node: not isinstance(node, Scalar) or node.kind != "text" or len(node) >= least


def _undecided(_: object) -> Fits:
    return lambda node: False  # noqa: ARG005


def _minimum(least: float) -> Fits:
    return lambda node: not isinstance(node, Scalar) or node.kind != "number" or float(node) >= least


_SIMPLE: Mapping[str, Callable[[Any], Fits]] = {
    "required": _required,
    "const": lambda value: _enum([value]),
    "enum": _enum,
    "pattern": _pattern,
    "minItems": lambda least: _size(least, ListNode),
    "minProperties": lambda least: _size(least, MapNode),
    "minLength": _length,
    "minimum": _minimum,
}
