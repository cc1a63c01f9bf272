"""Every part of an expression knows the characters that it was written with."""

import ast

import pytest

from engine.expr import Tree, parse
from engine.problems import Problem
from engine.text import Span, Word


def tree_of(expression, span=Span("a.yaml", 1, 1, 1, 1), places=()):
    tree = parse(Word(expression, span, places))
    assert isinstance(tree, Tree), tree
    return tree


def texts(expression):
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
        ("2 days + 1 day before x", ["2 days + 1 day before x", "2 days + 1 day", "x", "2 days", "1 day", "2", "days", "1", "day"]),
        ("close of last working day before x", ["close of last working day before x", "x"]),
    ],
)
def test_parts_are_the_very_characters(expression, parts):
    assert set(texts(expression)) == set(parts)


def test_a_place_in_the_file_counts_characters_not_bytes():
    tree = tree_of('姓名 == "家长" and minutes > 3', Span("一.yaml", 7, 11, 7, 40))
    minutes = tree.node.values[1].left
    assert tree.span_of(minutes) == Span("一.yaml", 7, 26, 7, 33)


def test_a_folded_text_marks_the_line_on_which_the_word_stands():
    """`if: >-` over two lines: the value is one line, its characters stand on two."""
    places = tuple((3, 5 + column) for column in range(5)) + tuple((4, 5 + column) for column in range(9))
    tree = tree_of("ok or minutes ", Span("a.yaml", 3, 5, 4, 14), places)
    assert tree.span_of(tree.node.values[1]) == Span("a.yaml", 4, 6, 4, 13)


def test_the_same_text_at_two_places_has_each_its_own_place():
    first = tree_of("ok and x", Span("a.yaml", 1, 1, 1, 9))
    second = tree_of("ok and x", Span("b.yaml", 5, 3, 5, 11))
    assert first.span_of(first.node.values[1]) == Span("a.yaml", 1, 8, 1, 9)
    assert second.span_of(second.node.values[1]) == Span("b.yaml", 5, 10, 5, 11)


def test_a_problem_stands_in_the_file_too():
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
def test_phrases_bind_as_they_are_said(expression, meaning):
    tree = tree_of(expression)
    assert _meaning(tree, tree.node) == meaning


def _meaning(tree, node):
    match node:
        case ast.Call(func=ast.Name(id="span of")):
            return tree.text_of(node)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _said(name.removeprefix("span ").split()[0], tree, arguments)
        case ast.BinOp(left, operator, right):
            return _said({ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}[type(operator)], tree, [left, right])
        case ast.BoolOp(operator, values):
            return _said(type(operator).__name__.lower(), tree, values)
        case ast.UnaryOp(operand=operand):
            return _said("not", tree, [operand])
        case ast.Compare(left, _, [right]):
            return _said(">", tree, [left, right])
        case ast.IfExp(test, body, other):
            return _said("if", tree, [test, body, other])
    return tree.text_of(node)


def _said(name, tree, nodes):
    return f"{name}({', '.join(_meaning(tree, each) for each in nodes)})"
