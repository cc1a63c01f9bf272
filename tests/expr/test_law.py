"""Any expression over any columns gives what a plain reading of it gives, row by row, unknowns included."""

import ast
import operator
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expr import Tree, evaluate, parse
from engine.frames import FIELD_DTYPES
from engine.text import Word

KINDS = {"lessons": "number", "grade": "number", "paid": "money", "fee": "money", "ok": "yes_no", "excused": "yes_no"}
KINDS |= {"name": "text", "note": "text", "programme": "choice"}
VALUES = {
    "number": st.integers(-4, 4).map(lambda number: number / 2),
    "money": st.integers(-300, 300).map(lambda fen: Decimal(fen) / 100),
    "yes_no": st.booleans(),
    "text": st.sampled_from(["a", "b", "家长"]),
    "choice": st.sampled_from(["one_on_one", "small_class"]),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in KINDS.items()}), min_size=1, max_size=6)


def _binary(signs, left, right):
    return st.builds(lambda one, sign, two: f"({one} {sign} {two})", left, st.sampled_from(signs), right)


def _either(tests, values):
    return st.builds(lambda one, test, two: f"({one} if {test} else {two})", values, tests, values)


def _pair(function, first, second):
    return st.builds(lambda one, two: f"{function}({one}, {two})", first, second)


NUMBERS = st.sampled_from(["lessons", "grade", "1", "2.5"])
MONEYS = st.sampled_from(["paid", "fee"])
TEXTS = st.sampled_from(["name", "note", "'a'", '"家长"'])
LITERALS = st.sampled_from(["0.5", "3", "1.25"])
COMPARE = ["==", "!=", "<", "<=", ">", ">="]


def _tests(numbers, moneys):
    same = ["==", "!="]
    return st.one_of(
        st.sampled_from(["ok", "excused", "yes", "false", "is_known(grade)", "is_known(note)"]),
        st.sampled_from(["name in ['a', '家长']", "note not in ['a', 'b']", "grade in [1, lessons]", "starts_with(name, '家')"]),
        _binary(COMPARE, numbers, numbers),
        _binary(COMPARE, moneys, moneys),
        _binary(COMPARE, moneys, LITERALS),
        _binary(same, TEXTS, TEXTS),
        _binary(same, st.just("programme"), st.just("'one_on_one'")),
        st.builds(lambda low, value, high: f"({low} < {value} <= {high})", numbers, numbers, numbers),
    )


def _next(level):
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

SIGNS = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt}
SIGNS |= {ast.GtE: operator.ge, ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def plain(node, row):
    """Return the value of a node for one row: None is unknown."""
    match node:
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=value):
            return float(value)
        case ast.Name(id=name):
            return row[name]
        case ast.BoolOp(op, values):
            return _kleene([plain(each, row) for each in values], settles=isinstance(op, ast.Or))
        case ast.UnaryOp(op, operand):
            value = plain(operand, row)
            return None if value is None else (not value if isinstance(op, ast.Not) else -value)
        case ast.IfExp(test, body, other):
            return plain(body if plain(test, row) else other, row)
        case ast.Compare(left, ops, comparators):
            sides = [left, *comparators]
            return _kleene([_compare(*each, row) for each in zip(ops, sides, comparators, strict=False)], settles=False)
        case ast.BinOp(left, op, right):
            return _calculate(op, plain(left, row), plain(right, row))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, [plain(each, row) for each in arguments])
    raise AssertionError(ast.dump(node))


def _kleene(values, *, settles):
    if settles in values:
        return settles
    return None if None in values else not settles


def _compare(op, left, right, row):
    if isinstance(op, ast.In | ast.NotIn):
        found = _kleene([_compare(ast.Eq(), left, each, row) for each in right.elts], settles=True)
        return found if found is None or isinstance(op, ast.In) else not found
    one, two = _alike(plain(left, row), plain(right, row))
    return None if one is None or two is None else SIGNS[type(op)](one, two)


def _alike(one, two):
    """Return two values as money if one of them is."""
    if isinstance(one, Decimal) and isinstance(two, float):
        return one, _cents(Decimal(str(two)))
    if isinstance(two, Decimal) and isinstance(one, float):
        return _cents(Decimal(str(one))), two
    return one, two


def _cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _calculate(op, one, two):
    if one is None or two is None or (isinstance(op, ast.Div) and two == 0):
        return None
    if isinstance(op, ast.Mult | ast.Div) and isinstance(one, Decimal):
        factor = Decimal(str(two))
        return _cents(one * factor if isinstance(op, ast.Mult) else (one / factor).quantize(Decimal("0.0000000001")))
    if isinstance(op, ast.Div):
        return one / two
    one, two = _alike(one, two)
    return SIGNS[type(op)](one, two)


def _called(name, values):
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
def test_columns_agree_with_a_plain_reading(desk_for_all, expression, rows):
    tree = parse(Word(expression))
    if not isinstance(tree, Tree):  # deeper than the language allows
        return
    frame = pl.DataFrame(rows, schema={name: FIELD_DTYPES[kind] for name, kind in KINDS.items()})
    value = evaluate(tree, desk_for_all)
    answers = frame.with_columns(answer=value)["answer"].to_list()
    assert answers == [plain(tree.node, row) for row in rows]
