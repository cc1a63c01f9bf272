"""What an answer for one row rests on: the parameters and the rows of tables on the branches that were taken."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.decisions.inner import Inner, RowScope, checked, input_values, plain, types_of
from engine.decisions.trace import taken, trace
from engine.expr.columns import evaluate
from engine.expr.functions import FUNCTIONS
from engine.expr.parse import Tree, parse
from engine.expr.scope import Value
from engine.expr.uses import uses
from engine.model import DecisionTable, Definitions, Rule
from engine.text import Word

#: Gives the inputs of a table that its surroundings name.
Given = Callable[[DecisionTable], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A table that was asked: its inputs, the rows that answered (0: the otherwise row), those that did not."""

    table: DecisionTable
    inputs: Mapping[str, object]
    rows: Mapping[int, Rule]
    others: tuple[Rule, ...]


class Rests:
    """Reads expressions of a subject's cases; what they rest on is noted, each once, in the order of the reading."""

    def __init__(self, definitions: Definitions, subject: str, scope: RowScope, given: Given = lambda _: {}) -> None:
        self.definitions = definitions
        self.formulas = definitions.formulas.get(subject, {})
        self.scope = scope
        self.given = given
        self.parameters: dict[str, None] = {}
        self.tables: dict[str, Taken] = {}
        self._read: set[tuple[str, str]] = set()

    def read(self, text: Word | str, scope: RowScope | None = None) -> None:
        """Note what an expression rests on; a name that `scope` gives a value rests on nothing further."""
        tree = checked(parse(text if isinstance(text, Word) else Word(text)))
        self._walk(tree, tree.node, scope or self.scope)

    def _walk(self, tree: Tree, node: ast.expr, scope: RowScope) -> None:
        match node:
            case ast.Name(id=name):
                self._name(name, scope)
            case ast.IfExp():
                self._walk(tree, node.test, scope)
                self._walk(tree, node.body if plain(scope, evaluate(tree, scope, node.test)) else node.orelse, scope)
            case ast.BoolOp():
                for each in self._decisive(tree, node, scope):
                    self._walk(tree, each, scope)
            case ast.Call(func=ast.Name(id="decide")):
                self._table(*(each.id for each in node.args if isinstance(each, ast.Name)))
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS and FUNCTIONS[name].group == "history":
                for read in sorted(uses(tree, node=node).names):
                    self._name(read, scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr) and child is not getattr(node, "func", None):
                        self._walk(tree, child, scope)

    def _decisive(self, tree: Tree, node: ast.BoolOp, scope: RowScope) -> Iterator[ast.expr]:
        """Yield the parts of a condition up to the one that settles it."""
        for each in node.values:
            yield each
            if plain(scope, evaluate(tree, scope, each)) is isinstance(node.op, ast.Or):
                return

    def _name(self, name: str, scope: RowScope) -> None:
        if isinstance(scope, Inner) and name in scope.values:
            return
        if name in self.definitions.parameters:
            self.parameters[name] = None
        elif name in self.formulas and ("formula", name) not in self._read:
            self._read.add(("formula", name))
            self.read(self.formulas[name].value)

    def _table(self, name: str, output: str = "") -> None:
        table = self.definitions.tables[name]
        output = output or str(next(iter(table.outputs)))
        if (name, output) in self._read:
            return
        self._read.add((name, output))
        values = input_values(table.inputs, self.scope, self.given(table))
        traces = trace(table, self.scope, self.given(table))
        rules = taken(table, traces)
        rows = {each.number: each.rule for each in traces if any(each.rule is rule for rule in rules)}
        if rules and not rows:
            rows = {0: rules[0]}
        others = tuple(each.rule for each in traces if each.number not in rows)
        shown = {key: plain(self.scope, value) for key, value in values.items()}
        self.tables[name] = Taken(table, shown, rows, others)
        inner = Inner(self.scope, values, types_of(table.inputs))
        for rule in rows.values():
            for key, text in rule.then.items():
                if key == output:
                    self.read(text, inner)
