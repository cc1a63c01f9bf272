"""Calls of functions as words."""

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from engine.expr.functions import FUNCTIONS
from engine.expr.phrases import NEXT_WEEKDAY, SPAN_AFTER, SPAN_BEFORE, SPAN_OF
from engine.handbook.wording import ASKED, CALLS, HISTORY, MOMENTS, PHRASES, PHRASES_DATED, WEEKDAYS
from engine.model import Field, Title

if TYPE_CHECKING:
    from engine.handbook.expression import Reader

_NOTHING: Final[Mapping[str, Title]] = {}


def name_of(node: ast.expr) -> str:
    """Return the name that stands as an argument."""
    return node.id if isinstance(node, ast.Name) else ""


def function_of(node: ast.expr) -> str:
    """Return the function that is called, or ""."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def asked(read: "Reader", node: ast.Call, *, yes: bool) -> str:
    """Return that what a function asks is so, or is not."""
    function = function_of(node)
    first = node.args[0]
    key = "is_filled" if function == "is_known" and isinstance(first, ast.Name) else function
    parts = [_argument(read, node, place) for place in range(len(node.args))]
    if function == "has":
        parts[1] = read.noun(node.args[1], read.choices(first))
    return read.terms.fill(ASKED[key][0 if yes else 1], *parts)


def noun(read: "Reader", node: ast.Call) -> str:  # noqa: PLR0911 - one a function
    """Return what a call gives."""
    function = function_of(node)
    if function in PHRASES:
        return _phrase(read, node)
    match function:
        case _ if function == SPAN_OF:
            number, unit = node.args
            assert isinstance(number, ast.Constant)
            assert isinstance(unit, ast.Constant)
            return read.terms.span(f"{number.value!s} {unit.value!s}")
        case _ if function in (SPAN_BEFORE, SPAN_AFTER):
            return read.shifted("before" if function == SPAN_BEFORE else "after", *node.args)
        case "or_else":
            value, other = node.args
            return read.terms.tell("or else", what=read.noun(value), other=read.noun(other, read.choices(value)))
        case "decide":
            return _decided(read, node)
        case "date_of" if name_of(node.args[0]) == "now":
            return read.terms.fill(CALLS["date_of now"])
        case "opening":
            return read.terms.tell("opening field", field=_opening_field(read, name_of(node.args[0])))
        case "min_of" | "max_of":
            key = f"{function} moment" if read.is_moment(node) else function
            texts = read.terms.tell("both").join(read.noun(each) for each in node.args)
            return read.terms.fill(CALLS[key], texts)
    if function in ASKED:
        return read.terms.tell("bracket", text=read.holds(node))
    return read.terms.fill(CALLS[function], *(_argument(read, node, place) for place in range(len(node.args))))


def _phrase(read: "Reader", node: ast.Call) -> str:
    function, from_day = function_of(node), read.terms.counted_from
    if from_day is not None and function in PHRASES_DATED:
        return read.terms.fill(PHRASES_DATED[function], day=f"{from_day:%m-%d}")
    if function == NEXT_WEEKDAY:
        day, minute = (each.value for each in node.args[1:] if isinstance(each, ast.Constant))
        clock = f"{int(str(minute)) // 60:02}:{int(str(minute)) % 60:02}"
        return read.terms.fill(PHRASES[function], day=read.terms.pick(WEEKDAYS[int(str(day)) - 1]), clock=clock)
    return read.terms.fill(PHRASES[function], *(read.noun(each) for each in node.args))


def _argument(read: "Reader", node: ast.Call, place: int) -> str:
    """Return an argument in words: an event with its conditions, a field by its title, or a value."""
    function = FUNCTIONS[function_of(node)]
    kinds = function.arguments
    kind, argument = kinds[min(place, len(kinds) - 1)], node.args[place]
    if kind == "event":
        return _event(read, node)
    if kind in ("field", "measured", "amount_field"):
        fields = read.names.event(name_of(node.args[0])) or {}
        field = fields.get(name_of(argument))
        return read.terms.field(field) if field else read.terms.quoted(name_of(argument))
    if kind == "step":
        return read.terms.step(name_of(argument), read.names.process)
    if kind == "clock" and isinstance(argument, ast.Constant):
        return str(argument.value)
    return read.noun(argument)


def _event(read: "Reader", node: ast.Call) -> str:
    """Return an event, which ones of it count, and in what time."""
    event = name_of(node.args[0])
    text = read.terms.event(event)
    given = {each.arg: each.value for each in node.keywords}
    if "if" in given:
        condition = read.inside(event).holds(given["if"])
        text = read.terms.fill(HISTORY["if"], event=text, condition=condition)
    if "since" in given:
        since = name_of(given["since"])
        if since in MOMENTS:
            text = read.terms.fill(HISTORY["since moment"], event=text, since=read.terms.pick(MOMENTS[since][1]))
        else:
            text = read.terms.fill(HISTORY["since"], event=text, since=read.noun(given["since"]))
    if "within" in given:
        text = read.terms.fill(HISTORY["within"], event=text, within=read.noun(given["within"]))
    return text


def _decided(read: "Reader", node: ast.Call) -> str:
    table = read.names.definitions.tables[name_of(node.args[0])]
    output = name_of(node.args[1]) if len(node.args) > 1 else next(iter(table.outputs))
    shown = read.terms.field(table.outputs[str(output)])
    return read.terms.tell("table output", table=read.terms.table(str(table.name)), output=shown)


def _opening_field(read: "Reader", name: str) -> str:
    field = (read.names.opened_by or {}).get(name)
    return read.terms.field(field) if field else read.terms.quoted(name)


def choices(read: "Reader", node: ast.expr) -> Mapping[str, Title]:  # noqa: PLR0911 - one a node
    """Return the titles of the choices that a value may be; {} for what is no choice."""
    if isinstance(node, ast.Name):
        return _choices_of_name(read, node.id)
    if isinstance(node, ast.IfExp):
        return choices(read, node.body) or choices(read, node.orelse)
    match function_of(node), getattr(node, "args", []):
        case ("or_else", [value, _]):
            return choices(read, value)
        case ("latest" | "earliest", [event, field, *_]):
            return _titles((read.names.event(name_of(event)) or {}).get(name_of(field)))
        case ("opening", [field]):
            return _titles((read.names.opened_by or {}).get(name_of(field)))
        case ("decide", [table, *rest]):
            outputs = read.names.definitions.tables[name_of(table)].outputs
            return _titles(outputs.get(name_of(rest[0])) if rest else next(iter(outputs.values())))
    return _NOTHING


def _choices_of_name(read: "Reader", name: str) -> Mapping[str, Title]:
    names = read.names
    subject = names.definitions.subjects.get(names.subject)
    if field := names.fields.get(name) or (subject.fields.get(name) if subject else None):
        return _titles(field)
    if parameter := names.definitions.parameters.get(name):
        return {str(each): parameter.choice_titles.get(str(each), Title()) for each in parameter.choices}
    return _NOTHING


def _titles(field: Field | None) -> Mapping[str, Title]:
    if field is None or not field.choices:
        return _NOTHING
    return {str(each): field.choice_titles.get(str(each), Title()) for each in field.choices}
