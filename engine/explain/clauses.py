"""A condition as clauses that must all hold, each with the values that it spoke of."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from engine.compiler.reads import tree_of
from engine.compiler.scope import Rows
from engine.expr.columns import evaluate
from engine.expr.functions import FUNCTIONS
from engine.expr.parse import Tree
from engine.expr.spans import SpanValue
from engine.text import Word

#: Where a condition stands, which says what its names mean.
Place = Literal["opening", "case", "task", "closing"]

#: Functions that answer yes or no about events, and the one that tells when.
_WHEN: Final = {"happened": "last"}
#: Groups of functions whose arguments are names of events, steps and tables.
_OF_NAMES: Final = ("history", "step", "table", "opening")
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of several that must all hold: its words, whether it holds, and the values that it spoke of.

    `inner` are the clauses of a formula that is asked for by name, where it does not hold.
    """

    text: str
    holds: bool | None  # None: it asks about something unknown
    values: tuple[tuple[str, object], ...]
    place: Place
    inner: tuple["Clause", ...] = ()


def clauses(scope: Rows, text: Word | str | None, place: Place, depth: int = 0) -> tuple[Clause, ...]:
    """Return the conditions joined by `and`, each with its answer on the first row of the scope."""
    if not text:
        return ()
    tree = tree_of(text)
    return tuple(_clause(scope, tree, node, place, depth) for node in conjuncts(tree.node))


def conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a condition that must all hold."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for value in node.values:
            yield from conjuncts(value)
    else:
        yield node


def _clause(scope: Rows, tree: Tree, node: ast.expr, place: Place, depth: int) -> Clause:
    answer = scope.column(evaluate(tree, scope, node))[0]
    inner: tuple[Clause, ...] = ()
    if not answer and isinstance(node, ast.Name) and depth < _DEEPEST:
        formula = scope.world.definitions.formulas.get(scope.subject, {}).get(node.id)
        inner = clauses(scope, formula.value, "case", depth + 1) if formula else ()
    shown = () if answer and _says_its_value(node) else tuple(dict(_values(scope, tree, node)).items())
    return Clause(tree.text_of(node), answer, shown, place, inner)


def _says_its_value(node: ast.expr) -> bool:
    """Return whether a condition that holds says what the value is: x == "a"."""
    return isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)


def _values(scope: Rows, tree: Tree, node: ast.expr) -> Iterator[tuple[str, object]]:
    """Yield the names and calls inside a condition with the value that each had; yes and no are said by the mark."""
    match node:
        case ast.Name():
            if node.id != "now" and _is_asked(scope, node.id):
                yield from _valued(scope, tree, node)
        case ast.Call(func=ast.Name(id="or_else")):
            yield from _values(scope, tree, node.args[0])
        case ast.Call(func=ast.Name(id=name)):
            group = FUNCTIONS[name].group if name in FUNCTIONS else ""
            found = list(_valued(scope, tree, _told_when(node)))
            yield from found
            if not found and group not in _OF_NAMES:
                for each in node.args:
                    yield from _values(scope, tree, each)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _values(scope, tree, child)


def _is_asked(scope: Rows, name: str) -> bool:
    """Return whether a name is that of a fact: a parameter's value stands in the sentence already."""
    return name not in scope.world.definitions.parameters and scope.names.resolve(name) is not None


def _told_when(node: ast.Call) -> ast.Call:
    """Return the call that tells when something happened in place of the one that tells whether."""
    assert isinstance(node.func, ast.Name)
    if node.func.id not in _WHEN:
        return node
    other = copy.copy(node)
    other.func = ast.copy_location(ast.Name(_WHEN[node.func.id]), node.func)
    return other


def _valued(scope: Rows, tree: Tree, node: ast.expr) -> Iterator[tuple[str, object]]:
    """Yield the value of a name or call, unless it is a yes or a no, or a span."""
    value = evaluate(tree, scope, node)
    if isinstance(value, SpanValue):
        return
    plain = scope.column(value)[0]
    asks_when = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WHEN.values()
    if isinstance(plain, bool) or (plain is None and asks_when):
        return
    text = tree.text_of(node)
    yield (f"{_WHEN['happened']}{text.removeprefix('happened')}" if asks_when else text), plain
