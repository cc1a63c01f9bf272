"""Nodes against the JSON Schema of their kind: the only door to jsonschema, which is imported for broken files only."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.load.faults import KINDS, faults_of, no_kind
from engine.load.fits import Compiler, Fits
from engine.load.nodes import MapNode, Node, Scalar, plain
from engine.load.shipped import find_shipped
from engine.problems import Problem

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


def kind_of(node: Node) -> tuple[str, list[Problem]]:
    """Return the `kind` that a file says it is, or "" and what is wrong with it."""
    kind = node.get("kind") if isinstance(node, MapNode) else None
    if isinstance(kind, Scalar) and kind in KINDS:
        return str(kind), []
    return "", [no_kind(node, kind)]


def violations(node: MapNode, kind: str) -> list[Problem]:
    """Return each place where the file's nodes differ from the schema of its kind."""
    if _fits(kind)(node):
        return []
    errors = validator(kind).iter_errors(plain(node))
    return list(dict.fromkeys(problem for error in errors for problem in faults_of(error, node)))


@cache
def schemas() -> Mapping[str, Any]:
    """Return each schema by the name of its file."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(find_shipped("schemas").glob("*.json"))}


@cache
def _fits(kind: str) -> Fits:
    return Compiler(schemas()).named(f"{kind}.json", "")


@cache
def validator(kind: str) -> "Draft202012Validator":
    """Return what jsonschema checks files of this kind with."""
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    resources = ((name, DRAFT202012.create_resource(schema)) for name, schema in schemas().items())
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator({"$ref": f"{kind}.json"}, registry=registry)
