"""Which types go together: one answer for each operator, a type or what is wrong."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.expr.types import MOMENT, MONEY, NOTHING, NUMBER, SPAN, YES_NO, Type, common
from engine.problems import did_you_mean

TYPE: Final = "expression-type"
UNIT: Final = "expression-unit"

NEEDS_UNIT: Final = "a number needs a unit: 3 days, 3 working_days, 3 working_hours, 3 months ..."
BETWEEN: Final = "write days_between(a, b), hours_between(a, b) or working_hours_between(a, b)"
_ORDERED: Final = frozenset({"number", "money", "moment", "date"})

SIGNS: Final[dict[type[ast.AST], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_DONE_WITH: Final = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an operator: its type, the node to mark, and how it is written."""

    type: Type
    node: ast.expr
    text: str

    @property
    def shown(self) -> str:
        """The side as messages quote it."""
        return quoted(self.text)


def quoted(text: str) -> str:
    """Return a part of an expression in quotes, unless it has its own.

    >>> quoted("minutes"), quoted("'家长'"), quoted("3")
    ('"minutes"', "'家长'", '3')
    """
    return text if text[:1] in "\"'" or text[:1].isdigit() else f'"{text}"'


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, at which node."""

    node: ast.expr
    code: str
    message: str
    hint: str = ""


def compared(sign: str, left: Side, right: Side) -> Type | Wrong:
    """Return yes or no if the two sides may be compared."""
    kinds = {left.type.kind, right.type.kind}
    if "nothing" in kinds:
        return YES_NO
    if "span" in kinds:
        return _compared_span(sign, left, right)
    if "choices" in kinds:
        side = left if left.type.kind == "choices" else right
        return Wrong(side.node, TYPE, f"{side.shown} is a list of choices", f'write has({side.text}, "x")')
    if "text" in kinds and len(kinds) == 2:
        text, other = (left, right) if left.type.kind == "text" else (right, left)
        return _compared_text(sign, left, right, text, other)
    return _compared_alike(sign, left, right)


def _compared_alike(sign: str, left: Side, right: Side) -> Type | Wrong:
    kinds = {left.type.kind, right.type.kind}
    if common(left.type, right.type) is None:
        hint = "write date_of(...) around the moment" if kinds == {"moment", "date"} else ""
        return _clash(left, right, f"compared with {sign}", hint)
    if sign in ("<", "<=", ">", ">=") and not kinds <= _ORDERED:
        return Wrong(left.node, TYPE, f"{left.shown} is {left.type}, which has no order for {sign}")
    if kinds == {"choice"} and not _share_a_choice(left.type, right.type):
        return Wrong(right.node, TYPE, f"{left.shown} and {right.shown} have no choice in common")
    return YES_NO


def _share_a_choice(one: Type, other: Type) -> bool:
    return not one.choices or not other.choices or bool(set(one.choices) & set(other.choices))


def _compared_span(sign: str, left: Side, right: Side) -> Wrong:
    for side, other in ((left, right), (right, left)):
        if side.type.kind == "number" and side.type.literal:
            return Wrong(side.node, UNIT, f"{side.shown} is a number and {other.shown} is a span of time", NEEDS_UNIT)
        if side.type.kind == "moment":
            hint = "a span before or after a moment is one: now - 3 days"
            return _clash(left, right, f"compared with {sign}", hint)
    hint = "compare moments (start < now - 3 days), or numbers (days_between(start, now) > 3)"
    return _clash(left, right, "compared, as spans of time are not", hint)


def _compared_text(sign: str, left: Side, right: Side, text: Side, other: Side) -> Type | Wrong:
    if other.type.kind == "date" and _is_day(text.type):
        return YES_NO
    if other.type.kind in ("choice", "reference") and sign in ("==", "!="):
        strange = [each for each in text.type.choices if each not in other.type.choices]
        if other.type.kind == "reference" or (text.type.choices and not strange):
            return YES_NO
        if strange:
            message = f'"{strange[0]}" is not a choice of {other.shown}'
            return Wrong(text.node, TYPE, message, did_you_mean(strange[0], other.type.choices))
    hints = {"moment": f'write date_of({other.text}) {sign} "2026-03-01"', "date": 'a day looks like "2026-03-01"'}
    return _clash(left, right, f"compared with {sign}", hints.get(other.type.kind, ""))


def _is_day(text: Type) -> bool:
    return bool(text.choices) and all(is_day(each) for each in text.choices)


def is_day(text: str) -> bool:
    """Return whether `text` is a day of the calendar like 2026-03-01."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _clash(left: Side, right: Side, done: str, hint: str = "") -> Wrong:
    message = f"{left.shown} is {left.type} and {right.shown} is {right.type}; they can't be {done}"
    return Wrong(right.node, TYPE, message, hint)


def calculated(sign: str, left: Side, right: Side) -> Type | Wrong:
    """Return the type of an arithmetic operation."""
    one, other = left.type.kind, right.type.kind
    if "nothing" in (one, other):
        return NOTHING
    maybe = left.type.maybe or right.type.maybe
    answer = _RULES[sign](left.type, right.type)
    if answer is not None:
        return answer.or_unknown(when=maybe)
    if sign in "+-":
        for side, beside in ((left, right), (right, left)):
            if side.type.kind == "number" and beside.type.kind in ("moment", "date", "span"):
                message = f"{side.shown} is a number and {beside.shown} is {beside.type}"
                return Wrong(side.node, UNIT, message, NEEDS_UNIT)
    hint = BETWEEN if sign == "-" and {one, other} <= {"moment", "date"} else ""
    return _clash(left, right, _DONE_WITH[sign], hint)


def _number(one: Type, other: Type) -> Type:
    return Type("number", literal=one.literal and other.literal)


def _sum(one: Type, other: Type) -> Type | None:
    match one.kind, other.kind:
        case "number", "number":
            return _number(one, other)
        case "span", "span":
            return SPAN
        case ("moment" | "date", "span") | ("span", "moment" | "date"):
            return MOMENT
        case ("money", _) | (_, "money"):
            both = common(one, other)
            return MONEY if both and both.kind == "money" else None
    return None


def _difference(one: Type, other: Type) -> Type | None:
    return None if one.kind == "span" and other.kind != "span" else _sum(one, other)


def _product(one: Type, other: Type) -> Type | None:
    match one.kind, other.kind:
        case "number", "number":
            return _number(one, other)
        case ("money", "number") | ("number", "money"):
            return MONEY
        case ("span", "number") | ("number", "span"):
            return SPAN
    return None


def _quotient(one: Type, other: Type) -> Type | None:
    match one.kind, other.kind:
        case "number", "number":
            return _number(one, other)
        case "money", "money":
            return NUMBER
        case "money", "number":
            return MONEY
        case "span", "number":
            return SPAN
    return None


_RULES: Final[dict[str, Callable[[Type, Type], Type | None]]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
}
