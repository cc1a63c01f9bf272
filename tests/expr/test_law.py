"""Any expression over any columns gives what a plain reading of it gives, row by row, unknowns included."""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expr import Tree, evaluate, parse
from engine.frames import FIELD_DTYPES
from engine.text import Word
from tests.expr.school import Desk

Texts = st.SearchStrategy[str]
Row = Mapping[str, Any]

KINDS = {"lessons": "number", "grade": "number", "paid": "money", "fee": "money", "ok": "yes_no", "excused": "yes_no"}
KINDS |= {"name": "text", "note": "text", "programme": "choice"}
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-4, 4).map(lambda number: number / 2),
    "money": st.integers(-300, 300).map(lambda fen: Decimal(fen) / 100),
    "yes_no": st.booleans(),
    "text": st.sampled_from(["a", "b", "家长"]),
    "choice": st.sampled_from(["one_on_one", "small_class"]),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in KINDS.items()}), min_size=1, max_size=6
)


def _binary(signs: Sequence[str], left: Texts, right: Texts) -> Texts:
    return st.builds(lambda one, sign, two: f"({one} {sign} {two})", left, st.sampled_from(signs), right)


def _either(tests: Texts, values: Texts) -> Texts:
    return st.builds(lambda one, test, two: f"({one} if {test} else {two})", values, tests, values)


def _pair(function: str, first: Texts, second: Texts) -> Texts:
    return st.builds(lambda one, two: f"{function}({one}, {two})", first, second)


NUMBERS = st.sampled_from(["lessons", "grade", "1", "2.5"])
MONEYS = st.sampled_from(["paid", "fee"])
TEXTS = st.sampled_from(["name", "note", "'a'", '"家长"'])
LITERALS = st.sampled_from(["0.5", "3", "1.25"])
COMPARE = ["==", "!=", "<", "<=", ">", ">="]


def _tests(numbers: Texts, moneys: Texts) -> Texts:
    same = ["==", "!="]
    return st.one_of(
        st.sampled_from(["ok", "excused", "yes", "false", "is_known(grade)", "is_known(note)"]),
        st.sampled_from(
            ["name in ['a', '家长']", "note not in ['a', 'b']", "grade in [1, lessons]", "starts_with(name, '家')"]
        ),
        _binary(COMPARE, numbers, numbers),
        _binary(COMPARE, moneys, moneys),
        _binary(COMPARE, moneys, LITERALS),
        _binary(same, TEXTS, TEXTS),
        _binary(same, st.just("programme"), st.just("'one_on_one'")),
        st.builds(lambda low, value, high: f"({low} < {value} <= {high})", numbers, numbers, numbers),
    )


def _next(level: tuple[Texts, Texts, Texts]) -> tuple[Texts, Texts, Texts]:
    tests, numbers, moneys = level
    return (
        st.one_of(
            _tests(numbers, moneys),
            _binary(["and", "or"], tests, tests),
            tests.map(lambda test: f"(not {test})"),
            _either(tests, tests),
            _pair("or_else", tests, tests),
        ),
        st.one_of(
            numbers,
            _binary(["+", "-", "*", "/"], numbers, numbers),
            numbers.map(lambda number: f"(-{number})"),
            numbers.map(lambda number: f"floor({number})"),
            _either(tests, numbers),
            *(_pair(function, numbers, numbers) for function in ("min_of", "max_of", "or_else")),
        ),
        st.one_of(
            moneys,
            _binary(["+", "-"], moneys, moneys),
            _binary(["+", "-", "*", "/"], moneys, LITERALS),
            _binary(["*"], moneys, st.sampled_from(["lessons", "grade"])),
            _either(tests, moneys),
            *(_pair(function, moneys, moneys) for function in ("min_of", "max_of", "or_else")),
        ),
    )


LEVEL = (_tests(NUMBERS, MONEYS), NUMBERS, MONEYS)
for _ in range(3):
    LEVEL = _next(LEVEL)

SIGNS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
}
SIGNS |= {ast.GtE: operator.ge, ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def plain(node: ast.AST, row: Row) -> Any:
    """Return the value of a node for one row: None is unknown."""
    return READINGS[type(node)](node, row)


def _constant(node: ast.Constant, _: Row) -> Any:
    return node.value if isinstance(node.value, bool | str) else float(str(node.value))


def _joined(node: ast.BoolOp, row: Row) -> Any:
    return _kleene([plain(each, row) for each in node.values], settles=isinstance(node.op, ast.Or))


def _unary(node: ast.UnaryOp, row: Row) -> Any:
    value = plain(node.operand, row)
    if value is None:
        return None
    return not value if isinstance(node.op, ast.Not) else -value


def _either_way(node: ast.IfExp, row: Row) -> Any:
    return plain(node.body if plain(node.test, row) else node.orelse, row)


def _chain(node: ast.Compare, row: Row) -> Any:
    pairs = zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False)
    return _kleene([_compare(*each, row) for each in pairs], settles=False)


def _sum(node: ast.BinOp, row: Row) -> Any:
    return _calculate(node.op, plain(node.left, row), plain(node.right, row))


def _call(node: ast.Call, row: Row) -> Any:
    assert isinstance(node.func, ast.Name)
    return _called(node.func.id, [plain(each, row) for each in node.args])


READINGS: dict[type[ast.AST], Callable[[Any, Row], Any]] = {
    ast.Constant: _constant,
    ast.Name: lambda node, row: row[node.id],
    ast.BoolOp: _joined,
    ast.UnaryOp: _unary,
    ast.IfExp: _either_way,
    ast.Compare: _chain,
    ast.BinOp: _sum,
    ast.Call: _call,
}


def _kleene(values: Sequence[Any], *, settles: bool) -> bool | None:
    if settles in values:
        return settles
    return None if None in values else not settles


def _compare(op: ast.cmpop, left: ast.expr, right: ast.expr, row: Row) -> bool | None:
    if isinstance(op, ast.In | ast.NotIn):
        found = _kleene([_compare(ast.Eq(), left, each, row) for each in _elements(right)], settles=True)
        return found if found is None or isinstance(op, ast.In) else not found
    one, two = _alike(plain(left, row), plain(right, row))
    return None if one is None or two is None else SIGNS[type(op)](one, two)


def _elements(node: ast.expr) -> list[ast.expr]:
    assert isinstance(node, ast.List)
    return node.elts


def _alike(one: Any, two: Any) -> tuple[Any, Any]:
    """Return two values as money if one of them is."""
    if isinstance(one, Decimal) and isinstance(two, float):
        return one, _cents(Decimal(str(two)))
    if isinstance(two, Decimal) and isinstance(one, float):
        return _cents(Decimal(str(one))), two
    return one, two


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _calculate(op: ast.operator, one: Any, two: Any) -> Any:
    if one is None or two is None or (isinstance(op, ast.Div) and two == 0):
        return None
    if isinstance(op, ast.Mult | ast.Div) and isinstance(one, Decimal):
        factor = Decimal(str(two))
        return _cents(one * factor if isinstance(op, ast.Mult) else (one / factor).quantize(Decimal("0.0000000001")))
    if isinstance(op, ast.Div):
        return one / two
    one, two = _alike(one, two)
    return SIGNS[type(op)](one, two)


def _called(name: str, values: list[Any]) -> Any:
    match name:
        case "is_known":
            return values[0] is not None
        case "or_else":
            return values[1] if values[0] is None else values[0]
    if None in values:
        return None
    match name:
        case "floor":
            return float(values[0] // 1)
        case "starts_with":
            return values[0].startswith(values[1])
    return min(values) if name == "min_of" else max(values)


@settings(max_examples=400, deadline=None)
@given(st.one_of(*LEVEL), ROWS)
def test_columns_agree_with_a_plain_reading(desk_for_all: Desk, expression: str, rows: list[Row]) -> None:
    tree = parse(Word(expression))
    if not isinstance(tree, Tree):  # deeper than the language allows
        return
    frame = pl.DataFrame(rows, schema={name: FIELD_DTYPES[kind] for name, kind in KINDS.items()})
    value = evaluate(tree, desk_for_all)
    assert isinstance(value, pl.Expr)
    answers = frame.with_columns(answer=value)["answer"].to_list()
    assert answers == [plain(tree.node, row) for row in rows]
