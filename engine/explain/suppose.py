"""What would be if: a log with one more event or fact in it, and the values that a condition asks for."""

import ast
from collections.abc import Mapping
from typing import Final

import polars as pl

from engine.explain.clauses import conjuncts
from engine.frames import EVENTS, Log

_ID: Final = 1 << 60  # after every event of a store
_STEP: Final = {ast.Eq: 0, ast.LtE: 0, ast.GtE: 0, ast.Lt: -1, ast.Gt: 1}
_NOTHING: Final[Mapping[str, object]] = {}
_MIRROR: Final = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


class Supposed:
    """A log with one more event, or with one fact that changes."""

    def __init__(
        self,
        log: Log,
        case_no: int,
        at: int,
        *,
        event: str = "",
        fact: str = "",
        values: Mapping[str, object] | None = None,
    ) -> None:
        self.log = log
        self.case_no = case_no
        self.at = at
        self.event = event
        self.fact = fact
        self.values = dict(values or {})

    def cases(self) -> pl.DataFrame:
        """Return the cases."""
        return self.log.cases()

    @property
    def types_present(self) -> frozenset[str]:
        """Return the types of the events, the supposed one among them."""
        return self.log.types_present | ({self.event} if self.event else set())

    def events(self, type: str) -> pl.DataFrame:  # noqa: A002, the column is called so
        """Return the events of one type, the supposed one last."""
        found = self.log.events(type)
        if type != self.event:
            return found
        fixed: dict[str, object] = dict(zip(EVENTS, (self.case_no, self.at, self.at, _ID), strict=True))
        values = {name: value for name, value in self.values.items() if name in found.columns}
        row = pl.DataFrame([fixed | values], schema=found.schema, strict=False)
        return pl.concat([found, row]).sort("case_no", "at", "event_id")

    def fields(self, name: str, subject: str | None = None) -> pl.DataFrame:
        """Return the history of a fact, the supposed change last."""
        found = self.log.fields(name, subject)
        if name != self.fact:
            return found
        row = pl.DataFrame(
            [(self.case_no, self.at, self.values[name])], schema=found.schema, orient="row", strict=False
        )
        return pl.concat([found, row]).sort("case_no", "at", maintain_order=True)

    def waives(self) -> pl.DataFrame:
        """Return the waivers."""
        return self.log.waives()


def implied(node: ast.expr, event: str = "", parameters: Mapping[str, object] = _NOTHING) -> dict[str, object]:
    """Return values of names under which a condition holds, as far as they can be read off it.

    With an event they are those of its fields that the condition asks the latest one for; `parameters` have values.

    >>> from engine.expr.parse import parse
    >>> from engine.text import Word
    >>> implied(parse(Word('with == "parent" and or_else(minutes, 0) > 3 and not abnormal')).node)
    {'with': 'parent', 'minutes': 4, 'abnormal': False}
    """
    found: dict[str, object] = {}
    for each in conjuncts(node):
        match each:
            case ast.BoolOp(values=[first, *_]):
                found |= implied(first, event, parameters)
            case ast.UnaryOp(op=ast.Not(), operand=operand) if _name(operand, event):
                found[_name(operand, event)] = False
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                found |= _compared(left, sign, _constant(right, parameters), event)
            case ast.Call(func=ast.Name(id="has"), args=[ast.Name(id=name), ast.Constant(value=value)]) if not event:
                found[name] = [value]
            case _ if _name(each, event):
                found[_name(each, event)] = True
    return found


def _constant(node: ast.expr, parameters: Mapping[str, object]) -> ast.expr:
    """Return a parameter as the value that it has."""
    value = parameters.get(node.id) if isinstance(node, ast.Name) else None
    return ast.Constant(value) if isinstance(value, str | int | float) else node


def _compared(left: ast.expr, sign: ast.cmpop, right: ast.expr, event: str) -> dict[str, object]:
    if isinstance(left, ast.Constant):
        left, right, sign = right, left, _MIRROR.get(type(sign), type(sign))()
    name = _name(left, event)
    if not name:
        return {}
    if isinstance(sign, ast.In) and isinstance(right, ast.List) and isinstance(right.elts[0], ast.Constant):
        return {name: right.elts[0].value}
    if not isinstance(right, ast.Constant) or type(sign) not in _STEP:
        return {}
    value = right.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {name: value + _STEP[type(sign)] if is_number and isinstance(value, int | float) else value}


def _name(node: ast.expr, event: str) -> str:
    """Return the name that a part of a condition asks about, with what it counts as where it is unknown or without."""
    match node:
        case ast.Call(func=ast.Name(id="or_else"), args=[inner, _]):
            return _name(inner, event)
        case ast.Call(func=ast.Name(id="latest"), args=[ast.Name(id=asked), ast.Name(id=field), *_]) if asked == event:
            return field
        case ast.Name(id=name) if not event:
            return name
    return ""
