"""What an expression depends on: the compiler reads from it which facts and moments can change an answer."""

import ast
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from engine.expr.functions import FUNCTIONS
from engine.expr.parse import Tree


@dataclass(slots=True)
class Uses:
    """Names, events and so on that an expression reads."""

    names: set[str] = field(default_factory=set)  # of the case and its surroundings, `now` and `start` included
    events: dict[str, set[str]] = field(default_factory=dict)  # event -> its fields
    opening: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    spans_within: list[ast.expr] = field(default_factory=list)
    now_comparisons: list[ast.expr] = field(default_factory=list)  # the other side of a comparison with exactly `now`
    now_elsewhere: list[ast.expr] = field(default_factory=list)  # the comparison or the whole with `now` otherwise

    @property
    def is_timed(self) -> bool:
        """Whether time alone can change the answer."""
        return bool(self.spans_within or self.now_comparisons or self.now_elsewhere)


def uses(tree: Tree, fields: Callable[[str], Container[str]] | None = None, node: ast.expr | None = None) -> Uses:
    """Return what `tree` (or a node of it) depends on.

    `fields` answers the fields of an event. Without it, a name in the `if=` of a call counts as a field of the event
    and as a name both.
    """
    found, root = Uses(), tree.node if node is None else node
    _Walk(found, fields).visit(root)
    _find_now(found, root, root)
    return found


class _Walk(ast.NodeVisitor):
    def __init__(self, found: Uses, fields: Callable[[str], Container[str]] | None) -> None:
        self.found = found
        self.fields = fields
        self.events: list[str] = []

    def visit_Name(self, node: ast.Name) -> None:
        for event in reversed(self.events):
            if self.fields is None:
                self.found.events[event].add(node.id)
            elif node.id in self.fields(event):
                self.found.events[event].add(node.id)
                return
        self.found.names.add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        assert isinstance(node.func, ast.Name)
        function = FUNCTIONS.get(node.func.id)
        group = function.group if function else ""
        if function:
            self.found.functions.add(function.name)
        match group:
            case "history":
                self._history(node)
            case "step":
                self.found.steps.add(_name(node.args[0]))
            case "table":
                self.found.tables.add(_name(node.args[0]))
            case "opening":
                self.found.opening.add(_name(node.args[0]))
            case _:
                for each in node.args:
                    self.visit(each)

    def _history(self, node: ast.Call) -> None:
        event = _name(node.args[0])
        self.found.events.setdefault(event, set()).update(_name(each) for each in node.args[1:])
        for each in node.keywords:
            if each.arg == "within":
                self.found.spans_within.append(each.value)
            if each.arg == "if":
                self.events.append(event)
                self.visit(each.value)
                self.events.pop()
            else:
                self.visit(each.value)


def _find_now(found: Uses, node: ast.AST, around: ast.expr) -> None:
    if _is_now(node) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "age"):
        found.names.add("now")
        if not any(each is around for each in found.now_elsewhere):
            found.now_elsewhere.append(around)
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Compare):
        around = node
        if len(node.ops) == 1 and not isinstance(node.ops[0], ast.In | ast.NotIn):
            others = [each for each in (node.left, node.comparators[0]) if not _is_now(each)]
            if len(others) == 1:
                found.now_comparisons += others
                children = list(others)
    for each in children:
        _find_now(found, each, around)


def _is_now(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "now"


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
