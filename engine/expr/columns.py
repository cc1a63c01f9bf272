"""From a tree to a column: the walk of the evaluator, with polars expressions for values.

A comparison with something unknown is unknown; a condition that is unknown takes the other branch; what is divided by
zero is unknown. Money stays exact: a product or quotient is rounded half away from zero to the cent.
"""

import ast
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any, Final

import polars as pl
from simpleeval import SimpleEval

from engine.expr.answers import call_value
from engine.expr.evaluation import Evaluation, divided, quotient, times, typed
from engine.expr.infer import node_types
from engine.expr.parse import Tree
from engine.expr.scope import Scope, Value
from engine.expr.spans import SpanValue
from engine.expr.types import NOTHING, Kind, Type
from engine.frames import MONEY

_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
}


class ColumnEval(SimpleEval, Evaluation):  # type: ignore[misc]
    """Evaluates an expression whose names are columns; the answer is a column, or a span of columns."""

    def __init__(self, scope: Scope, tree: Tree, node: ast.expr, wanted: Sequence[Type]) -> None:
        SimpleEval.__init__(self, operators={}, functions={}, names={})
        Evaluation.__init__(self, scope, tree, node_types(node, scope.names, wanted))
        self.nodes = {
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.BoolOp: self._joined,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compared,
            ast.BinOp: self._calculated,
            ast.IfExp: self._conditional,
            ast.Call: self._call,
        }

    def value(self, node: ast.expr) -> Value:
        found: Value = self._eval(node)
        return found

    def _name(self, node: ast.Name) -> Value:
        found = self.types.get(id(node), NOTHING)
        if found.kind == "text" and found.literal:  # a choice without quotes
            return pl.lit(node.id)
        return typed(self.scope.name(node.id), found.kind)

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bool | str):
            return pl.lit(node.value)
        assert isinstance(node.value, int | float)
        return pl.lit(float(node.value))

    def _joined(self, node: ast.BoolOp) -> Value:
        join = and_ if isinstance(node.op, ast.And) else or_
        return reduce(join, (self.column(each) for each in node.values))

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return ~self.column(node.operand)
        return -self.value(node.operand)

    def _compared(self, node: ast.Compare) -> Value:
        pairs = pairwise([node.left, *node.comparators])
        return reduce(and_, (self._pair(sign, *pair) for sign, pair in zip(node.ops, pairs, strict=True)))

    def _pair(self, sign: ast.cmpop, left: ast.expr, right: ast.expr) -> pl.Expr:
        if isinstance(sign, ast.In | ast.NotIn):
            found = self._in(left, right)
            return ~found if isinstance(sign, ast.NotIn) else found
        kind = _joint_kind(self.kind(left), self.kind(right))
        return _compare(type(sign), self.as_kind(left, kind), self.as_kind(right, kind))

    def _in(self, left: ast.expr, right: ast.expr) -> pl.Expr:
        assert isinstance(right, ast.List)
        texts = [each.value for each in right.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if self.kind(left) in ("text", "choice", "reference") and len(texts) == len(right.elts):
            return self.column(left).is_in(texts)
        return reduce(or_, (self._pair(ast.Eq(), left, each) for each in right.elts))

    def _conditional(self, node: ast.IfExp) -> Value:
        test, kind = self.column(node.test), self.kind(node)
        body, other = self.as_kind(node.body, kind), self.as_kind(node.orelse, kind)
        if isinstance(body, SpanValue) and isinstance(other, SpanValue):
            return body.choose(other, test)
        assert isinstance(body, pl.Expr)
        assert isinstance(other, pl.Expr)
        return pl.when(test).then(body).otherwise(other)

    def _call(self, node: ast.Call) -> Value:
        return call_value(self, node)

    def _calculated(self, node: ast.BinOp) -> Value:
        kinds = (self.kind(node.left), self.kind(node.right))
        if "span" in kinds:
            return self._span_arithmetic(node, kinds)
        if isinstance(node.op, ast.Div):
            divide = divided if kinds == ("money", "number") else quotient
            return divide(self.column(node.left), self.column(node.right))
        if "money" not in kinds:
            answer: pl.Expr = _ARITHMETIC[type(node.op)](self.column(node.left), self.column(node.right))
            return answer
        if isinstance(node.op, ast.Mult):
            money, number = (node.left, node.right) if kinds[0] == "money" else (node.right, node.left)
            return times(self.column(money), self.column(number))
        total: pl.Expr = _ARITHMETIC[type(node.op)](self.money(node.left), self.money(node.right))
        return total.cast(MONEY)

    def _span_arithmetic(self, node: ast.BinOp, kinds: tuple[Kind, Kind]) -> Value:
        left, right = node.left, node.right
        match node.op:
            case ast.Mult():
                span, factor = (left, right) if kinds[0] == "span" else (right, left)
                return self.span(span).times(self._factor(factor))
            case ast.Div():
                return self.span(left).times(quotient(pl.lit(1.0), self.column(right)))
            case ast.Add() if kinds[1] != "span":
                return self.scope.calendar("add", [self.column(right), self.span(left)])
        length = -self.span(right) if isinstance(node.op, ast.Sub) else self.span(right)
        if kinds[0] == "span":
            return self.span(left) + length
        return self.scope.calendar("add", [self.column(left), length])

    def _factor(self, node: ast.expr) -> int | float | pl.Expr:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return node.value
        return self.column(node)


#: The same comparison, seen from the other side.
_MIRROR: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def _compare(sign: type[ast.cmpop], left: Value, right: Value) -> pl.Expr:
    """Return a comparison with the column on the left: polars 2.1 answers `3 < x` with one row when all of x is one
    literal, as after `when`; `x > 3` it answers for every row. A side worked out from literals alone is one value.
    """
    assert isinstance(left, pl.Expr)
    assert isinstance(right, pl.Expr)
    left, right = (each if each.meta.root_names() or each.meta.is_literal() else each.first() for each in (left, right))
    if not left.meta.root_names() and right.meta.root_names():
        sign, left, right = _MIRROR.get(sign, sign), right, left
    answer: pl.Expr = _COMPARE[sign](left, right)
    return answer


_ARITHMETIC: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}


def _joint_kind(left: Kind, right: Kind) -> Kind:
    """Return the kind as which two sides are compared."""
    for kind in ("money", "date"):
        if kind in (left, right):
            return kind
    return left


def evaluate(tree: Tree, scope: Scope, node: ast.expr | None = None, wanted: Sequence[Type] = ()) -> Value:
    """Return the value of a checked expression, or of a node of it, in a scope.

    `wanted` is what `infer` was given: a choice may stand without quotes where one is wanted, a bare number is money
    where money is wanted.
    """
    part = tree.node if node is None else node
    walk = ColumnEval(scope, tree, part, wanted)
    try:
        if any(each.kind == "money" for each in wanted) and walk.kind(part) == "number":
            return walk.money(part)
        return walk.value(part)
    finally:
        walk.nodes.clear()  # its methods hold the walk, and so the columns of the scope, beyond their use
