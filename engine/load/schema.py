"""Nodes against the JSON Schema of their kind: the only door to jsonschema, which is imported for broken files only."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.load.fits import Compiler, Fits
from engine.load.nodes import ListNode, MapNode, Node, Scalar, plain
from engine.load.shipped import find_shipped
from engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

KINDS = (
    "vocabulary",
    "process",
    "decision_table",
    "calculation",
    "calendar",
    "overlay",
    "handbook",
    "scenarios",
    "figures",
)
_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


def kind_of(node: Node, path: str) -> tuple[str, list[Problem]]:
    """Return the `kind` that a file says it is, or "" and what is wrong with it."""
    if not isinstance(node, MapNode):
        hint = "start it with a kind, such as: kind: process"
        return "", [Problem(node.span, "wrong-type", f"the file is {_said(node)}; expected a mapping", hint=hint)]
    kind = node.get("kind")
    if kind is None:
        return "", [
            Problem(node.span, "missing-key", 'the file has no "kind"', hint=f"expected one of {_listed(KINDS)}")
        ]
    if isinstance(kind, Scalar) and kind in KINDS:
        return str(kind), []
    said = f'"{kind}"' if isinstance(kind, Scalar) else _said(kind)
    message = f'"kind" is {said}; expected one of {_listed(KINDS)}'
    return "", [Problem(kind.span, "wrong-value", message, hint=_near(str(kind), KINDS))]


def violations(node: MapNode, kind: str) -> list[Problem]:
    """Return each place where the file's nodes differ from the schema of its kind."""
    if _fits(kind)(node):
        return []
    errors = _validator(kind).iter_errors(plain(node))
    return list(dict.fromkeys(problem for error in errors for problem in _problems(error, node, ())))


@cache
def _schemas() -> dict[str, Any]:
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(find_shipped("schemas").glob("*.json"))}


@cache
def _fits(kind: str) -> Fits:
    return Compiler(_schemas()).named(f"{kind}.json", "")


@cache
def _validator(kind: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    resources = ((name, DRAFT202012.create_resource(schema)) for name, schema in _schemas().items())
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator({"$ref": f"{kind}.json"}, registry=registry)


def _problems(error: "ValidationError", root: Node, beside: Sequence[str]) -> Iterator[Problem]:
    """Report one fault of jsonschema; `beside` is the key that chose this form among several, if one did."""
    node, owner = _place(root, error.absolute_path)
    match error.validator:
        case "anyOf":
            yield from _branch(error, root, node, owner)
        case "additionalProperties":
            yield from _unknown_keys(error, node, owner, beside)
        case "required":
            missing = [each for each in error.validator_value if each not in error.instance]
            for name in missing:
                if f"'{name}'" in error.message:
                    yield Problem(
                        node.span, "missing-key", f'{owner} has no "{name}"', hint=_described(error.schema, name)
                    )
        case "type":
            yield _wrong_type(error, node, owner)
        case "enum":
            wanted = [str(each) for each in error.validator_value]
            message = f"{owner} is {_quoted(node)}; expected one of {_listed(wanted)}"
            yield Problem(node.span, "wrong-value", message, hint=_near(str(node), wanted))
        case "pattern":
            yield _wrong_pattern(error, node, owner)
        case "minItems" | "minProperties":
            yield Problem(node.span, "wrong-value", f"{owner} is empty; expected at least one entry")
        case "minimum":
            message = f"{owner} is {_quoted(node)}; expected {error.validator_value} or more"
            yield Problem(node.span, "wrong-value", message)
        case _:
            yield Problem(node.span, "wrong-value", f"{owner}: {error.message}")


def _branch(error: "ValidationError", root: Node, node: Node, owner: str) -> Iterator[Problem]:
    """Report what is wrong with the form that was meant: the one of its type whose own key is there."""
    forms: dict[int, list[ValidationError]] = {}
    for each in error.context or ():
        forms.setdefault(int(each.relative_schema_path[0]), []).append(each)
    own_type = [faults for faults in forms.values() if not any(_is_here(each, "type") for each in faults)]
    if not own_type:
        types = sorted({name for each in error.context or () if _is_here(each, "type") for name in _type_names(each)})
        yield _type_problem(node, owner, types)
        return
    meant = [faults for faults in own_type if not any(_is_here(each, "required") for each in faults)]
    if not meant and len(own_type) > 1:
        keys = {
            key for faults in own_type for each in faults if _is_here(each, "required") for key in each.validator_value
        }
        unknown = [each for each in node.entries if _near_key(each, keys)] if isinstance(node, MapNode) else []
        for key in unknown:
            yield Problem(key.span, "unknown-key", f'{owner} has no key "{key}"', hint=_near(key, keys))
        if not unknown:
            yield Problem(
                node.span, "missing-key", f"{owner} has none of the keys {_listed(keys)}", hint="write one of them"
            )
        return
    chosen = min(meant or own_type, key=len)
    required = chosen[0].parent and _required_of(chosen[0])
    for each in chosen:
        yield from _problems(each, root, required or ())


def _is_here(error: "ValidationError", validator: str) -> bool:
    return error.validator == validator and not error.relative_path


def _required_of(error: "ValidationError") -> tuple[str, ...]:
    schema = error.schema
    return tuple(schema.get("required", ())) if isinstance(schema, Mapping) and not error.relative_path else ()


def _type_names(error: "ValidationError") -> list[str]:
    wanted = error.validator_value
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _near_key(key: str, keys: Iterable[str]) -> bool:
    return did_you_mean(key, keys).startswith("did you mean")


def _unknown_keys(error: "ValidationError", node: Node, owner: str, beside: Sequence[str]) -> Iterator[Problem]:
    allowed = list(error.schema.get("properties", {})) if isinstance(error.schema, Mapping) else []
    for key, value in node.entries.items() if isinstance(node, MapNode) else ():
        if key in allowed:
            continue
        beside_it = f' beside "{beside[0]}"' if beside else ""
        hint = _near(key, allowed) or f"keys here: {_listed(allowed)}"
        if isinstance(value, Scalar) and value.kind == "null" and isinstance(node, MapNode) and node.flow:
            hint = "quote a text that holds a comma; inside { } a comma begins the next key"
        yield Problem(key.span, "unknown-key", f'{owner} has no key "{key}"{beside_it}', hint=hint)


def _wrong_type(error: "ValidationError", node: Node, owner: str) -> Problem:
    return _type_problem(node, owner, _type_names(error))


def _type_problem(node: Node, owner: str, wanted: Sequence[str]) -> Problem:
    expected = " or ".join(_TYPES[each] for each in wanted if each != "null")
    hint = ""
    if isinstance(node, Scalar) and node.kind == "null":
        return Problem(
            node.span,
            "wrong-type",
            f"{owner} has no value; expected {expected}",
            hint="leave the key out if there is nothing to say",
        )
    if list(wanted) == ["boolean"] and isinstance(node, Scalar):
        yes = node.lower() in ("yes", "true", "on", "y", "是")
        hint = f"write {'true' if yes else 'false'}" if yes or node.lower() in ("no", "false", "off", "n", "否") else ""
    elif "string" in wanted and isinstance(node, Scalar):
        hint = f'quote it: "{node}"'
    elif "string" in wanted and isinstance(node, MapNode) and node.flow:
        hint = "quote a text that begins with a brace"
    return Problem(node.span, "wrong-type", f"{owner} is {_said(node)}; expected {expected}", hint=hint)


def _wrong_pattern(error: "ValidationError", node: Node, owner: str) -> Problem:
    wanted = _english(error.schema.get("description", "")) if isinstance(error.schema, Mapping) else ""
    span, said = node.span, f"{owner} is {_quoted(node)}"
    if "propertyNames" in error.absolute_schema_path:
        key = node.key(str(error.instance)) if isinstance(node, MapNode) else None
        span, said = key.span if key is not None else span, f'a name in {owner} is "{error.instance}"'
    return Problem(span, "wrong-value", f"{said}; expected {wanted or error.validator_value}")


def _place(root: Node, path: Iterable[str | int]) -> tuple[Node, str]:
    """Return the node that a path of jsonschema leads to, and what to call it."""
    node, owner = root, "the file"
    for part in path:
        if isinstance(node, ListNode) and isinstance(part, int):
            node = node.items[part]
        elif isinstance(node, MapNode):
            node, owner = node.get(str(part)) or node, f'"{part}"'
    return node, owner


def _said(node: Node) -> str:
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    what = {"null": "nothing", "yes_no": "yes or no", "number": "a number", "text": "a text"}[node.kind]
    return what if node.kind == "null" else f'{what}, "{node}"'


def _quoted(node: Node) -> str:
    return f'"{node}"' if isinstance(node, Scalar) and node.kind != "null" else _said(node)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in sorted(set(names)))


def _near(name: str, known: Iterable[str]) -> str:
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did you mean") else ""


def _english(description: str) -> str:
    text = description.rpartition(" / ")[2]
    return text[:1].lower() + text[1:]


def _described(schema: Any, name: str) -> str:
    found = schema.get("properties", {}).get(name, {}) if isinstance(schema, Mapping) else {}
    described = found.get("description", "") if isinstance(found, Mapping) else ""
    return f'"{name}": {_english(described)}' if described else ""
