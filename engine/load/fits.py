"""Whether nodes fit a JSON Schema, and nothing more: a quick yes for the many files that are right.

Every schema becomes a function once. `engine.load.schema` asks jsonschema what is wrong with the files that don't fit,
which takes ten times as long. Only the keywords that our schemas use are known; any other is refused here.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.load.nodes import ListNode, MapNode, Node, Scalar

Fits = Callable[[Node], bool]
Schemas = Mapping[str, Mapping[str, Any]]

_SILENT = frozenset({"$schema", "$defs", "title", "description", "default", "examples"})
_KINDS = {"string": "text", "boolean": "yes_no", "null": "null"}


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
        return found[0] if found else lambda node: found[0](node)

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
        value = schema[key]
        match key:
            case "$ref":
                return self.named(value, home)
            case "anyOf":
                branches = [self.compiled(each, home) for each in value]
                return lambda node: any(branch(node) for branch in branches)
            case "items":
                item = self.compiled(value, home)
                return lambda node: not isinstance(node, ListNode) or all(map(item, node.items))
            case "propertyNames":
                name = self.compiled(value, home)
                return lambda node: not isinstance(node, MapNode) or all(name(_as_text(each)) for each in node.entries)
        return _simple(key, value)

    def properties(self, schema: Mapping[str, Any], home: str) -> Fits:
        known = {key: self.compiled(each, home) for key, each in schema.get("properties", {}).items()}
        rest = schema.get("additionalProperties", True)
        other: Fits | bool = rest if isinstance(rest, bool) else self.compiled(rest, home)

        def fits(node: Node) -> bool:
            if not isinstance(node, MapNode):
                return True
            for key, each in node.entries.items():
                part = known.get(key, other)
                if part is False or (part is not True and not part(each)):  # type: ignore[operator]
                    return False
            return True

        return fits


def _all(parts: list[Fits], node: Node) -> bool:
    for part in parts:
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


def _simple(key: str, value: Any) -> Fits:
    match key:
        case "type":
            return _type(frozenset([value] if isinstance(value, str) else value))
        case "required":
            return lambda node: not isinstance(node, MapNode) or all(each in node.entries for each in value)
        case "const":
            return lambda node: isinstance(node, Scalar) and node.kind == "text" and node == value
        case "enum":
            choices = frozenset(value)
            return lambda node: isinstance(node, Scalar) and node.kind == "text" and node in choices
        case "pattern":
            found = re.compile(value).search
            return lambda node: not isinstance(node, Scalar) or node.kind != "text" or found(node) is not None
        case "minItems":
            return lambda node: not isinstance(node, ListNode) or len(node.items) >= value
        case "minProperties":
            return lambda node: not isinstance(node, MapNode) or len(node.entries) >= value
        case "minimum":
            return lambda node: not isinstance(node, Scalar) or node.kind != "number" or float(node) >= value
    raise NotImplementedError(f'the keyword "{key}" is in a schema, but fits.py does not know it')


def _type(names: frozenset[str]) -> Fits:
    kinds = {_KINDS[each] for each in names if each in _KINDS} | ({"number"} if "number" in names else set())
    whole, mapping, listing = "integer" in names, "object" in names, "array" in names

    def fits(node: Node) -> bool:
        if isinstance(node, Scalar):
            return node.kind in kinds or (whole and node.kind == "number" and float(node).is_integer())
        return mapping if isinstance(node, MapNode) else listing

    return fits
