"""What the walk over columns carries, and how a value becomes the kind that its surroundings ask for."""

import ast
from collections.abc import Mapping
from typing import Final

import polars as pl

from engine.expr.parse import Tree
from engine.expr.scope import Scope, Value
from engine.expr.spans import SpanValue, span_of_column
from engine.expr.types import NOTHING, Kind, Type
from engine.frames import FIELD_DTYPES, MONEY

#: Digits of a number beside money: enough for a third of a million to be exact to the cent after rounding.
_FACTOR: Final = pl.Decimal(38, 10)
_CENTS: Final = pl.Decimal(38, 4)


class Evaluation:
    """State of one walk: the scope asked, the tree walked and the type of each of its nodes."""

    def __init__(self, scope: Scope, tree: Tree, types: Mapping[int, Type]) -> None:
        self.scope = scope
        self.tree = tree
        self.types = types

    def value(self, node: ast.expr) -> Value:
        """Return the value of a node."""
        raise NotImplementedError

    def kind(self, node: ast.expr) -> Kind:
        """Return the kind of a node."""
        return self.types.get(id(node), NOTHING).kind

    def column(self, node: ast.expr) -> pl.Expr:
        """Return the value of a node that is no span."""
        value = self.value(node)
        assert isinstance(value, pl.Expr), f"a span in place of a column: {self.tree.text_of(node)}"
        return value

    def span(self, node: ast.expr) -> SpanValue:
        """Return the value of a node that is a span."""
        value = self.value(node)
        assert isinstance(value, SpanValue), f"a column in place of a span: {self.tree.text_of(node)}"
        return value

    def moment(self, node: ast.expr) -> pl.Expr:
        """Return a node as a moment: a date is its beginning, a span counts from `start`."""
        value = self.value(node)
        if isinstance(value, SpanValue):
            return self.scope.calendar("add", [self.scope.name("start"), value])
        return self.scope.calendar("add", [value, SpanValue()]) if self.kind(node) == "date" else value

    def money(self, node: ast.expr) -> pl.Expr:
        """Return a node as money; a bare number stands for it."""
        value = self.column(node)
        return value if self.kind(node) == "money" else cents(value)

    def day(self, node: ast.expr) -> pl.Expr:
        """Return a node as a date; a text like "2026-03-01" stands for it."""
        value = self.column(node)
        return value.str.to_date("%Y-%m-%d") if self.kind(node) == "text" else value

    def as_kind(self, node: ast.expr, kind: Kind) -> Value:
        """Return a node as a value of the kind that its surroundings have."""
        match kind:
            case "money":
                return self.money(node)
            case "moment":
                return self.moment(node)
            case "date":
                return self.day(node)
            case _:
                return self.value(node)


def typed(value: Value, kind: Kind) -> Value:
    """Return a value from a scope with the column type of its kind; a column of durations' texts becomes spans."""
    if isinstance(value, SpanValue):
        return value
    if kind == "span":
        return span_of_column(value.cast(pl.String))
    return value.cast(FIELD_DTYPES[kind]) if kind in FIELD_DTYPES else value


def cents(amount: pl.Expr) -> pl.Expr:
    """Return an amount as money, rounded half away from zero."""
    return amount.round(2, mode="half_away_from_zero").cast(MONEY)


def times(money: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Return money times a number, exact to the cent."""
    return cents(money.cast(_CENTS) * number.cast(_FACTOR))


def divided(money: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Return money divided by a number, exact to the cent; by zero: unknown."""
    divisor = number.cast(_FACTOR)
    return cents(money.cast(_FACTOR) / pl.when(divisor != 0).then(divisor))


def quotient(number: pl.Expr, divisor: pl.Expr) -> pl.Expr:
    """Return one number divided by another; by zero: unknown.

    polars divides a column by a literal as a product with its inverse, a single row exactly: 1.5 / 2.5 is 0.6 for one
    row and 0.6000000000000001 for two. A divisor as long as the column is divided by exactly.
    """
    dividend = number.cast(pl.Float64)
    as_long = divisor.cast(pl.Float64) + (dividend - dividend)
    return dividend / pl.when(divisor != 0).then(as_long)
