"""Every part of an expression knows the characters that it was written with."""

import ast
from collections.abc import Sequence

import pytest

from engine.expr import Tree, parse
from engine.problems import Problem
from engine.text import Span, Word

HERE = Span("a.yaml", 1, 1, 1, 1)


def tree_of(expression: str, span: Span = HERE, places: tuple[tuple[int, int], ...] = ()) -> Tree:
    tree = parse(Word(expression, span, places))
    assert isinstance(tree, Tree), tree
    return tree


def _last(tree: Tree) -> ast.expr:
    assert isinstance(tree.node, ast.BoolOp)
    return tree.node.values[-1]


def texts(expression: str) -> list[str]:
    """Return each node of the tree as it was written, outermost first."""
    tree = tree_of(expression)
    found = [tree.text_of(node) for node in ast.walk(tree.node) if isinstance(node, ast.expr | ast.keyword)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ('姓名 == "家长" and b', ['姓名 == "家长" and b', '姓名 == "家长"', "b", "姓名", '"家长"']),
        ('x == "回访"   or  y', ['x == "回访"   or  y', 'x == "回访"', "y", "x", '"回访"']),
        ("a\n  and\n b", ["a\n  and\n b", "a", "b"]),
        ("(a + b) * c", ["(a + b) * c", "a + b", "c", "a", "b"]),
        ("with == 'x' and class", ["with == 'x' and class", "with == 'x'", "class", "with", "'x'"]),
        ("true and yes", ["true and yes", "true", "yes"]),
        ("count(e, if=from == 1)", ["count(e, if=from == 1)", "count", "e", "if=from == 1", "from == 1", "from", "1"]),
        ("0.5 working_days", ["0.5 working_days", "0.5", "working_days"]),
        ("now + 1 week", ["now + 1 week", "now", "1 week", "1", "week"]),
        ("end of next working day", ["end of next working day"]),
        ("Friday 12:00 if a else b", ["Friday 12:00 if a else b", "a", "Friday 12:00", "b"]),
        (
            "2 days + 1 day before x",
            ["2 days + 1 day before x", "2 days + 1 day", "x", "2 days", "1 day", "2", "days", "1", "day"],
        ),
        ("close of last working day before x", ["close of last working day before x", "x"]),
    ],
)
def test_parts_are_the_very_characters(expression: str, parts: list[str]) -> None:
    assert set(texts(expression)) == set(parts)


def test_a_place_in_the_file_counts_characters_not_bytes() -> None:
    tree = tree_of('姓名 == "家长" and minutes > 3', Span("一.yaml", 7, 11, 7, 40))
    (minutes,) = (each for each in ast.walk(tree.node) if isinstance(each, ast.Name) and each.id == "minutes")
    assert tree.span_of(minutes) == Span("一.yaml", 7, 26, 7, 33)


def test_a_folded_text_marks_the_line_on_which_the_word_stands() -> None:
    """`if: >-` over two lines: the value is one line, its characters stand on two."""
    places = tuple((3, 5 + column) for column in range(5)) + tuple((4, 5 + column) for column in range(9))
    tree = tree_of("ok or minutes ", Span("a.yaml", 3, 5, 4, 14), places)
    assert tree.span_of(_last(tree)) == Span("a.yaml", 4, 6, 4, 13)


def test_the_same_text_at_two_places_has_each_its_own_place() -> None:
    first = tree_of("ok and x", Span("a.yaml", 1, 1, 1, 9))
    second = tree_of("ok and x", Span("b.yaml", 5, 3, 5, 11))
    assert first.span_of(_last(first)) == Span("a.yaml", 1, 8, 1, 9)
    assert second.span_of(_last(second)) == Span("b.yaml", 5, 10, 5, 11)


def test_a_problem_stands_in_the_file_too() -> None:
    problem = parse(Word('姓名 == "家长" && b', Span("a.yaml", 2, 5, 2, 20)))
    assert isinstance(problem, Problem)
    assert problem.span == Span("a.yaml", 2, 16, 2, 18)


@pytest.mark.parametrize(
    ("expression", "meaning"),
    [
        ("3 days + 2 hours before x", "before(+(3 days, 2 hours), x)"),
        ("2 days after 1 day before x", "after(2 days, before(1 day, x))"),
        ("now > 2 days before x and a", "and(>(now, before(2 days, x)), a)"),
        ("2 days before x if a else b", "if(a, before(2 days, x), b)"),
        ("close of the last working day before x - 2 days", "-(close(x), 2 days)"),
        ("not a and b or c", "or(and(not(a), b), c)"),
        ("a - b - c * d", "-(-(a, b), *(c, d))"),
    ],
)
def test_phrases_bind_as_they_are_said(expression: str, meaning: str) -> None:
    tree = tree_of(expression)
    assert _meaning(tree, tree.node) == meaning


SIGNS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.And: "and", ast.Or: "or"}


def _meaning(tree: Tree, node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name), args=parts) if name != "span of":
            function = name.removeprefix("span ").split()[0]
        case ast.BinOp(left, operator, right):
            function, parts = SIGNS[type(operator)], [left, right]
        case ast.BoolOp(joint, parts):
            function = SIGNS[type(joint)]
        case ast.UnaryOp(operand=operand):
            function, parts = "not", [operand]
        case ast.Compare(left, _, [right]):
            function, parts = ">", [left, right]
        case ast.IfExp(test, body, other):
            function, parts = "if", [test, body, other]
        case _:
            return tree.text_of(node)
    return _said(function, tree, parts)


def _said(name: str, tree: Tree, nodes: Sequence[ast.expr]) -> str:
    return f"{name}({', '.join(_meaning(tree, each) for each in nodes)})"
