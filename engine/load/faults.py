"""What jsonschema objects to, as problems at the very word, in the words of the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.load.nodes import ListNode, MapNode, Node, Scalar
from engine.problems import Problem, did_you_mean

if TYPE_CHECKING:
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
}
_WHOLES = {
    frozenset({"string", "number", "boolean"}): "an expression",
    frozenset({"string", "number", "boolean", "array"}): "a value or a list of values",
}
_YES = frozenset({"yes", "true", "on", "y", "是"})
_NO = frozenset({"no", "false", "off", "n", "否"})


def no_kind(node: Node, kind: Node | None) -> Problem:
    """Return why a file with this `kind`, or with none, says nothing."""
    hint = "start it with a kind, such as: kind: process"
    if not isinstance(node, MapNode):
        return Problem(node.span, "wrong-type", f"the file is {_said(node)}; expected a mapping", hint=hint)
    if kind is None:
        return Problem(node.span, "missing-key", 'the file has no "kind"', hint=f"expected one of {_listed(KINDS)}")
    said = _quoted(kind)
    message = f'"kind" is {said}; expected one of {_listed(KINDS)}'
    return Problem(kind.span, "wrong-value", message, hint=_near(str(kind), KINDS))


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of jsonschema, the node that it is about, and what to call that node.

    `beside` is the key that chose this form among several, such as `each` in an opening.
    """

    error: "ValidationError"
    root: Node
    node: Node
    owner: str
    beside: str = ""

    def names(self) -> list[str]:
        """Return what the keyword lists: types, required keys, choices."""
        return _names(self.error)

    def described(self, name: str = "") -> str:
        """Return what the schema says in English about itself, or about its key `name`."""
        schema: object = self.error.schema
        if name and isinstance(schema, Mapping):
            schema = schema.get("properties", {}).get(name)
        text = schema.get("description", "") if isinstance(schema, Mapping) else ""
        text = text.rpartition(" / ")[2]
        return text[:1].lower() + text[1:]

    def allowed(self) -> list[str]:
        """Return the keys that the mapping may have."""
        schema = self.error.schema
        return list(schema.get("properties", {})) if isinstance(schema, Mapping) else []


def faults_of(error: "ValidationError", root: Node, beside: str = "") -> Iterator[Problem]:
    """Report one error of jsonschema about the file whose nodes begin at `root`."""
    node, owner = _place(root, error.absolute_path)
    fault = _Fault(error, root, node, owner, beside)
    match error.validator:
        case "anyOf":
            yield from _form(fault)
        case "additionalProperties":
            yield from _unknown_keys(fault)
        case "required":
            yield from _missing_keys(fault)
        case "type":
            yield _wrong_type(node, owner, fault.names())
        case _:
            yield _wrong_value(fault)


def _wrong_value(fault: _Fault) -> Problem:
    node, said, hint = fault.node, f"{fault.owner} is {_quoted(fault.node)}", ""
    match fault.error.validator:
        case "enum":
            said += f"; expected one of {_listed(fault.names())}"
            hint = _near(str(node), fault.names())
        case "pattern":
            return _wrong_pattern(fault)
        case "minItems" | "minProperties" | "minLength":
            said = f"{fault.owner} is empty; expected at least {fault.error.validator_value}"
        case "minimum":
            said += f"; expected {fault.error.validator_value} or more"
        case _:
            said = f"{fault.owner}: {fault.error.message}"
    return Problem(node.span, "wrong-value", said, hint=hint)


def _wrong_pattern(fault: _Fault) -> Problem:
    node, wanted = fault.node, fault.described() or f"the form {fault.error.validator_value}"
    if "propertyNames" in fault.error.absolute_schema_path and isinstance(node, MapNode):
        key = node.key(str(fault.error.instance))
        message = f'"{fault.error.instance}" in {fault.owner} does not fit; expected {wanted}'
        return Problem(key.span if key is not None else node.span, "wrong-value", message)
    return Problem(node.span, "wrong-value", f"{fault.owner} is {_quoted(node)}; expected {wanted}")


def _missing_keys(fault: _Fault) -> Iterator[Problem]:
    # jsonschema says each missing key by itself, and names it in its message only.
    for name in fault.names():
        if fault.error.message.startswith(f"'{name}'"):
            hint = f'"{name}": {text}' if (text := fault.described(name)) else ""
            yield Problem(fault.node.span, "missing-key", f'{fault.owner} has no "{name}"', hint=hint)


def _unknown_keys(fault: _Fault) -> Iterator[Problem]:
    allowed, node = fault.allowed(), fault.node
    for key, value in node.entries.items() if isinstance(node, MapNode) else ():
        if key in allowed:
            continue
        beside = f' beside "{fault.beside}"' if fault.beside else ""
        hint = _near(key, allowed) or f"keys here: {_listed(allowed)}"
        if isinstance(node, MapNode) and node.flow and isinstance(value, Scalar) and value.kind == "null":
            hint = "quote a text that holds a comma; inside { } a comma begins the next key"
        yield Problem(key.span, "unknown-key", f'{fault.owner} has no key "{key}"{beside}', hint=hint)


def _form(fault: _Fault) -> Iterator[Problem]:
    """Report what is wrong with the form that was meant: the one of its type whose own key is there."""
    forms: dict[int, list[ValidationError]] = {}
    for each in fault.error.context or ():
        forms.setdefault(int(each.relative_schema_path[0]), []).append(each)
    of_type = [errors for errors in forms.values() if not _with(errors, "type")]
    if not of_type:
        types = {name for errors in forms.values() for each in _with(errors, "type") for name in _names(each)}
        yield _wrong_type(fault.node, fault.owner, sorted(types))
        return
    meant = [errors for errors in of_type if not _with(errors, "required")]
    if not meant and len(of_type) > 1:
        keys = {key for errors in of_type for each in _with(errors, "required") for key in _names(each)}
        yield from _no_form(fault, keys)
        return
    chosen = min(meant or of_type, key=len)
    for each in chosen:
        yield from faults_of(each, fault.root, _own_key(each))


def _with(errors: Iterable["ValidationError"], keyword: str) -> list["ValidationError"]:
    """Return the errors of a keyword about the very value that has several forms, not about a part of it."""
    return [each for each in errors if each.validator == keyword and not each.relative_path]


def _own_key(error: "ValidationError") -> str:
    schema = error.schema
    required = schema.get("required") if isinstance(schema, Mapping) and not error.relative_path else None
    return str(required[0]) if required else ""


def _no_form(fault: _Fault, keys: set[str]) -> Iterator[Problem]:
    node = fault.node
    near = [key for key in node.entries if _near(key, keys)] if isinstance(node, MapNode) else []
    for key in near:
        yield Problem(key.span, "unknown-key", f'{fault.owner} has no key "{key}"', hint=_near(key, keys))
    if not near:
        message = f"{fault.owner} has none of the keys {_listed(keys)}"
        yield Problem(node.span, "missing-key", message, hint="write one of them")


def _names(error: "ValidationError") -> list[str]:
    wanted: object = error.validator_value
    return [str(each) for each in wanted] if isinstance(wanted, list) else [str(wanted)]


def _wrong_type(node: Node, owner: str, wanted: Sequence[str]) -> Problem:
    expected = _WHOLES.get(frozenset(wanted)) or " or ".join(_TYPES[each] for each in wanted if each != "null")
    if isinstance(node, Scalar) and node.kind == "null":
        message, hint = f"{owner} has no value; expected {expected}", "leave the key out if there is nothing to say"
        return Problem(node.span, "wrong-type", message, hint=hint)
    hint = ""
    if list(wanted) == ["boolean"] and node in _YES | _NO:
        hint = f"write {'true' if node in _YES else 'false'}"
    elif "string" in wanted and isinstance(node, Scalar):
        hint = f'quote it: "{node}"'
    elif "string" in wanted and isinstance(node, MapNode) and node.flow:
        hint = "quote a text that begins with a brace"
    return Problem(node.span, "wrong-type", f"{owner} is {_said(node)}; expected {expected}", hint=hint)


def _place(root: Node, path: Iterable[str | int]) -> tuple[Node, str]:
    """Return the node that a path of jsonschema leads to, and what to call it."""
    node, owner = root, "the file"
    for part in path:
        if isinstance(node, ListNode) and isinstance(part, int):
            node = node.items[part]
        elif isinstance(node, MapNode):
            found = node.get(str(part))
            node, owner = node if found is None else found, f'"{part}"'
    return node, owner


def _said(node: Node) -> str:
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    what = {"null": "nothing", "yes_no": "true or false", "number": "a number", "text": "a text"}[node.kind]
    return what if node.kind == "null" else f'{what}, "{node}"'


def _quoted(node: Node) -> str:
    return f'"{node}"' if isinstance(node, Scalar) and node.kind != "null" else _said(node)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in sorted(set(names)))


def _near(name: str, known: Iterable[str]) -> str:
    hint = did_you_mean(name, known)
    return hint if hint.startswith("did you mean") else ""
