"""What the walk over an expression carries: the names around it, what is known so far, and the problems found."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from engine.expr.narrow import NO_FACTS, Facts, facts, facts_outside, key, name_fact
from engine.expr.parse import Tree, parse
from engine.expr.rules import NEEDS_UNIT, TYPE, UNIT, Side, Wrong, quoted
from engine.expr.types import NOTHING, Names, Type, fits, type_of_field
from engine.model import Field
from engine.problems import Problem, did_you_mean
from engine.text import NOWHERE

UNKNOWN_NAME: Final = "expression-unknown-name"
UNKNOWN_FUNCTION: Final = "expression-unknown-function"
MAY_BE_UNKNOWN: Final = "expression-may-be-unknown"

_HISTORY: Final = frozenset({"min", "max", "mean", "last", "first", "latest", "earliest", "done_at", "opening"})


class Reading:
    """State of one walk. `types` holds the type of every node that was read, by the node's id."""

    def __init__(self, tree: Tree | None, names: Names) -> None:
        self.tree = tree
        self.surroundings = names
        self.problems: list[Problem] = []
        self.types: dict[int, Type] = {}
        self.facts: Facts = NO_FACTS
        self.events: list[Mapping[str, Field]] = []
        self._told: set[str] = set()

    def read(self, node: ast.expr) -> Type:
        """Return the type of a node, and remember it."""
        raise NotImplementedError

    def text(self, node: ast.AST) -> str:
        """Return a node as it was written."""
        return self.tree.text_of(node) if self.tree else ast.unparse(node)

    def side(self, node: ast.expr) -> Side:
        """Return a node read as one side of an operator."""
        return Side(self.read(node), node, self.text(node))

    def tell(self, node: ast.AST, code: str, message: str, hint: str = "") -> Type:
        """Report a problem at a node; return the type that keeps further ones from following."""
        span = self.tree.span_of(node) if self.tree else NOWHERE
        self.problems.append(Problem(span, code, message, hint))
        return NOTHING

    def judged(self, answer: Type | Wrong) -> Type:
        """Return the type that an operator's rule gives, or report what is wrong."""
        if isinstance(answer, Wrong):
            return self.tell(answer.node, answer.code, answer.message, answer.hint)
        return answer

    def lookup(self, name: str) -> Type | None:
        """Return the type of a name: the fields of the event around it come first."""
        for fields in reversed(self.events):
            if name in fields:
                return type_of_field(fields[name])
        return self.surroundings.resolve(name)

    def name_hint(self, name: str) -> str:
        """Return a hint for a name that is not known."""
        near = [*self.surroundings.known("name"), *(field for fields in self.events for field in fields)]
        hint = did_you_mean(name, near)
        if "did you mean" not in hint and self.surroundings.event(name) is not None:
            return f"it is an event: happened({name}), count({name}), last({name})"
        return hint

    @contextmanager
    def assuming(self, more: Facts) -> Iterator[None]:
        """Within: these parts are known too."""
        before = self.facts
        self.facts = before | more
        yield
        self.facts = before

    def after(self, condition: ast.expr, *, holds: bool) -> Facts:
        """Return what is known once `condition` came out so, fields that the event's form requires then included."""
        found = facts(condition, holds=holds)
        if not holds:
            return found
        joined = isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And)
        parts = condition.values if isinstance(condition, ast.BoolOp) and joined else [condition]
        return found | required_then(self.events[-1] if self.events else {}, parts)

    @contextmanager
    def inside(self, fields: Mapping[str, Field]) -> Iterator[None]:
        """Within: names are fields of an event first."""
        before = self.facts
        self.facts = facts_outside(before, fields)
        self.events.append(fields)
        yield
        self.events.pop()
        self.facts = before

    def answer(self, node: ast.expr, found: Type) -> Type:
        """Return the type as of a known value; report the part of `node` that may be unknown."""
        if not found.maybe:
            return found
        leaf = self._unknown_leaf(node) or node
        if key(leaf) not in self._told:
            self._told.add(key(leaf))
            shown = self.text(leaf)
            hint = f"ask first: is_known({shown}) and ..., or say what counts then: or_else({shown}, ...)"
            self.tell(leaf, MAY_BE_UNKNOWN, f"{quoted(shown)} may be unknown here", hint)
        return found.known()

    def _unknown_leaf(self, node: ast.expr) -> ast.expr | None:
        leaf = isinstance(node, ast.Name) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HISTORY
        )
        if leaf:
            found = self.types.get(id(node))
            return node if found and found.maybe else None
        for child in ast.iter_child_nodes(node):
            inner = self._unknown_leaf(child) if isinstance(child, ast.expr) else None
            if inner is not None:
                return inner
        return None

    def expect(self, node: ast.expr, found: Type, wanted: Sequence[Type]) -> Type:
        """Return the first wanted type that `found` fits, else report what stands there instead."""
        for each in wanted:
            if fits(found, each):
                return found if found.kind == each.kind else each.or_unknown(when=found.maybe)
        shown, first = quoted(self.text(node)), wanted[0]
        if first.kind == "span" and found.kind == "number":
            return self.tell(node, UNIT, f"{shown} is a number where a span of time is needed", NEEDS_UNIT)
        if first.kind == "choice" and found.kind == "text" and found.choices:
            strange = [each for each in found.choices if each not in first.choices]
            hint = did_you_mean(strange[0], first.choices) if strange else ""
            return self.tell(node, TYPE, f'"{strange[0] if strange else ""}" is not one of the choices here', hint)
        wish = " or ".join(str(each) for each in wanted)
        return self.tell(node, TYPE, f"{shown} is {found} where {wish} is needed")


def required_then(fields: Mapping[str, Field], conditions: Sequence[ast.expr]) -> Facts:
    """Return the fields whose `required_if` is one of the conditions that hold."""
    held = {key(each) for each in conditions}
    found = set()
    for field in fields.values():
        tree = parse(field.required_if) if field.required_if else None
        if isinstance(tree, Tree) and key(tree.node) in held:
            found.add(name_fact(field.name))
    return frozenset(found)
