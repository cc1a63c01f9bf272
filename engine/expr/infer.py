"""From a tree to its type, with every problem on the way: the walk of the evaluator, with types for values."""

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from simpleeval import SimpleEval

from engine.expr.calls import call_type, together
from engine.expr.narrow import NO_FACTS, Facts, key
from engine.expr.parse import Tree, parse
from engine.expr.reading import UNKNOWN_NAME, Reading
from engine.expr.rules import SIGNS, TYPE, Side, calculated, compared, quoted
from engine.expr.surroundings import Surroundings
from engine.expr.types import NOTHING, YES_NO, Names, Type
from engine.problems import Problem, did_you_mean
from engine.text import Word

_CONSTANTS: Final = {bool: YES_NO, int: Type("number", literal=True), float: Type("number", literal=True)}


class TypeEval(SimpleEval, Reading):  # type: ignore[misc]
    """Evaluates an expression whose names stand for types."""

    def __init__(self, tree: Tree | None, names: Names, wanted: Sequence[Type] = ()) -> None:
        SimpleEval.__init__(self, operators={}, functions={}, names={})
        Reading.__init__(self, tree, names)
        self.bare = next((each.choices for each in wanted if each.kind in ("choice", "choices")), ())
        self.takes_list = any(each.kind == "choices" for each in wanted)
        self.bare_nodes: set[int] = set()
        self.beside: tuple[str, ...] = ()  # the choices of what a name is compared with
        self.nodes = {
            ast.Name: self._name,
            ast.Constant: self._constant,
            ast.BoolOp: self._joined,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compared,
            ast.BinOp: self._calculated,
            ast.IfExp: self._conditional,
            ast.List: self._list,
            ast.Call: self._call,
        }

    def read(self, node: ast.expr) -> Type:
        found: Type = self._eval(node)
        if found.maybe and key(node) in self.facts:
            found = found.known()
        self.types[id(node)] = found
        return found

    def read_value(self, node: ast.expr) -> Type:
        """Read a whole expression: where a choice is wanted it may stand without quotes; several stand in a list."""
        if isinstance(node, ast.List) and self.takes_list:
            return self._choices(node)
        places = [node]
        while places:
            each = places.pop()
            self.bare_nodes.add(id(each))
            if isinstance(each, ast.IfExp):
                places += [each.body, each.orelse]
        return self.read(node)

    def _name(self, node: ast.Name) -> Type:
        found = self.lookup(node.id)
        if found is not None:
            return found
        if id(node) in self.bare_nodes and node.id in self.bare:
            return Type("text", (node.id,), literal=True)
        return self.tell(node, UNKNOWN_NAME, f'there is no "{node.id}" here', self._hint(node))

    def _hint(self, node: ast.Name) -> str:
        name = node.id
        if name in self.beside:
            return f'a choice stands in quotes: "{name}"'
        if name in ("True", "False"):
            return f"write {name.lower()}"
        if name in ("None", "null"):
            return "to ask whether a value is known, write is_known(x)"
        if id(node) in self.bare_nodes and self.bare:
            return did_you_mean(name, self.bare)
        return self.name_hint(name)

    def _constant(self, node: ast.Constant) -> Type:
        if isinstance(node.value, str):
            return Type("text", (node.value,), literal=True)
        return _CONSTANTS[type(node.value)]

    def _asked(self, node: ast.expr) -> Type:
        return self.expect(node, self.read(node), (YES_NO,))

    def _joined(self, node: ast.BoolOp) -> Type:
        holds, known, maybe = isinstance(node.op, ast.And), NO_FACTS, False
        for value in node.values:
            with self.assuming(known):
                maybe |= self._asked(value).maybe
                known = known | self.after(value, holds=holds)
        return YES_NO.or_unknown(when=maybe)

    def _unary(self, node: ast.UnaryOp) -> Type:
        if isinstance(node.op, ast.Not):
            self.answer(node.operand, self._asked(node.operand))
            return YES_NO
        found = self.read(node.operand)
        if found.kind in ("number", "money", "span", "nothing"):
            return found
        return self.tell(node, TYPE, f"{quoted(self.text(node.operand))} is {found}, which has no negative")

    def _compared(self, node: ast.Compare) -> Type:
        sides = [node.left, *node.comparators]
        for sign, (left, right) in zip(node.ops, pairwise(sides), strict=True):
            one = self._answered(left)
            self.beside = one.type.choices
            if isinstance(sign, ast.In | ast.NotIn):
                self._compared_list(one, right)
            else:
                self.judged(compared(SIGNS[type(sign)], one, self._answered(right)))
            self.beside = ()
        return YES_NO

    def _answered(self, node: ast.expr) -> Side:
        side = self.side(node)
        return Side(self.answer(node, side.type), node, side.text)

    def _compared_list(self, left: Side, right: ast.expr) -> None:
        if not isinstance(right, ast.List):
            found = self.read(right)
            hint = f"write has({self.text(right)}, {left.text})" if found.kind == "choices" else 'write "in [a, b]"'
            self.tell(right, TYPE, f'{quoted(self.text(right))} is not a list in brackets, as "in" needs', hint)
            return
        if not right.elts:
            self.tell(right, TYPE, "this list is empty")
        for each in right.elts:
            self.judged(compared("==", left, self._answered(each)))
        self.types[id(right)] = NOTHING

    def _calculated(self, node: ast.BinOp) -> Type:
        return self.judged(calculated(SIGNS[type(node.op)], self.side(node.left), self.side(node.right)))

    def _conditional(self, node: ast.IfExp) -> Type:
        self._asked(node.test)
        with self.assuming(self.after(node.test, holds=True)):
            body = self.side(node.body)
        with self.assuming(self.after(node.test, holds=False)):
            other = self.side(node.orelse)
        both = together(self, body.type, other.type)
        if both is None:
            found = f"{body.shown} is {body.type} and {other.shown} is {other.type}"
            return self.tell(node.orelse, TYPE, f'{found}; both answers of an "if" are of one type')
        return both

    def _list(self, node: ast.List) -> Type:
        return self.tell(node, TYPE, 'a list can stand after "in" only')

    def _choices(self, node: ast.List) -> Type:
        one = Type("choice", self.bare)
        for each in node.elts:
            self.bare_nodes.add(id(each))
            self.expect(each, self.read(each), (one,))
        self.types[id(node)] = Type("choices", self.bare)
        return self.types[id(node)]

    def _call(self, node: ast.Call) -> Type:
        return call_type(self, node)


def infer(tree: Tree, names: Names, wanted: Sequence[Type] = (), known: Facts = NO_FACTS) -> tuple[Type, list[Problem]]:
    """Return the type of an expression and all problems in it.

    With `wanted`, the expression must be of one of these types, and known unless they may be unknown or it is a
    yes or no; a number becomes money where money is wanted. `known` holds keys (engine.expr.narrow) of what its
    surroundings have answered already.
    """
    walk = TypeEval(tree, names, wanted)
    walk.facts = known
    found = walk.read_value(tree.node)
    if wanted:
        if found.kind == "number" and wanted[0].kind == "money":
            found = wanted[0].known().or_unknown(when=found.maybe)
        found = walk.expect(tree.node, found, wanted)
        if not any(each.maybe for each in wanted) and found.kind != "yes_no":
            found = walk.answer(tree.node, found)
    return found, walk.problems


def problems_of(word: Word, names: Names, wanted: Sequence[Type] = (), known: Facts = NO_FACTS) -> list[Problem]:
    """Return all problems of the expression `word`, from its spelling to its type."""
    tree = parse(word)
    return [tree] if isinstance(tree, Problem) else infer(tree, names, wanted, known)[1]


def node_types(node: ast.expr, names: Names, wanted: Sequence[Type] = ()) -> dict[int, Type]:
    """Return the type of each node of a checked expression by the node's id; surroundings remember what was read."""
    known = names.types_read if isinstance(names, Surroundings) else {}
    read = (node, tuple(wanted))
    if read not in known:
        walk = TypeEval(None, names, wanted)
        walk.read_value(node)
        known[read] = walk.types
    return known[read]
