"""From the text of an expression to its tree, each node with its place; refuses all that is not on the list."""

import ast
import copy
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from simpleeval import SimpleEval

from engine.expr.lexer import FORBIDDEN, SYNTAX, Fault, tokens
from engine.expr.phrases import LAST_WORKDAY_BEFORE, Surface, surface
from engine.problems import Problem
from engine.text import Span, Word

_DEEPEST_TREE: Final = 60

_ALLOWED: Final = (
    *(ast.Name, ast.Load, ast.Constant, ast.Call, ast.keyword, ast.List, ast.IfExp, ast.BinOp, ast.UnaryOp),
    *(ast.BoolOp, ast.Compare, ast.And, ast.Or, ast.Not, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Div),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
)
_NOT_ALLOWED: Final = {
    ast.Attribute: "names with dots are not part of the language",
    ast.Subscript: "picking parts with [ ] is not part of the language",
    ast.Tuple: "a list is written [a, b]",
    ast.Starred: '"*" before a value is not part of the language',
}
#: The functions whose first argument may be `process.step`, a step or the event of its form.
TAKES_DOTS: Final = frozenset(
    {"count", "sum", "min", "max", "mean", "last", "first", "latest", "earliest", "happened", "count_of"}
    | {"done_at", "is_done", "is_open"}
)


@dataclass(frozen=True, slots=True)
class _Parsed:
    node: ast.expr
    offsets: tuple[int, ...]  # where each piece begins in the Python source
    starts: tuple[int, ...]  # and in the expression
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed expression: `node` holds the names and texts as they were written."""

    word: Word
    node: ast.expr
    _parsed: _Parsed

    def place_of(self, node: ast.AST) -> tuple[int, int]:
        """Return the first character of `node` in the expression, and the one after its last."""
        begin, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        first = max(bisect_right(self._parsed.offsets, begin) - 1, 0)
        behind = max(bisect_left(self._parsed.offsets, end), first + 1)
        return min(self._parsed.starts[first:behind]), max(self._parsed.ends[first:behind])

    def span_of(self, node: ast.AST) -> Span:
        """Return where `node` stands in its file."""
        return self.word.part(*self.place_of(node))

    def text_of(self, node: ast.AST) -> str:
        """Return `node` as it was written."""
        start, end = self.place_of(node)
        return str(self.word)[start:end]


def parse(word: Word) -> Tree | Problem:
    """Return the tree of an expression, or the one problem that keeps it from being read.

    >>> tree = parse(Word('with == "家长" and minutes > 3'))
    >>> isinstance(tree, Tree) and tree.text_of(tree.node.values[1])
    'minutes > 3'
    """
    parsed = _parse(str(word))
    if isinstance(parsed, Fault):
        return Problem(word.part(parsed.start, parsed.end), parsed.code, parsed.message, parsed.hint)
    return Tree(word, parsed.node, parsed)


@lru_cache(maxsize=4096)
def _parse(text: str) -> _Parsed | Fault:
    found = tokens(text)
    if isinstance(found, Fault):
        return found
    written = surface(found)
    if isinstance(written, Fault):
        return written
    return _tree(written)


def _tree(written: Surface) -> _Parsed | Fault:
    offsets, offset = [], 0
    for piece in written.pieces:
        offsets.append(offset)
        offset += len(piece.source) + 1
    source = " ".join(piece.source for piece in written.pieces)
    try:
        statement = SimpleEval.parse(source)
    except SyntaxError as error:
        return _syntax_fault(error, written, offsets)
    except (RecursionError, MemoryError, ValueError):
        return Fault(0, written.pieces[-1].end, FORBIDDEN, "this expression is nested too deep")
    starts = tuple(piece.start for piece in written.pieces)
    ends = tuple(piece.end for piece in written.pieces)
    if not isinstance(statement, ast.Expr):
        return _assignment_fault(written)
    raw = _Parsed(statement.value, tuple(offsets), starts, ends)
    if _is_too_deep(raw.node):
        message = "this expression is nested too deep"
        return Fault(starts[0], ends[-1], FORBIDDEN, message, "give parts of it a name as formulas")
    parsed = _Parsed(_Reader(written.words).visit(raw.node), raw.offsets, starts, ends)
    return _node_fault(parsed) or parsed


def _is_too_deep(node: ast.AST) -> bool:
    level: list[ast.AST] = [node]
    for _ in range(_DEEPEST_TREE):
        level = [child for each in level for child in ast.iter_child_nodes(each)]
        if not level:
            return False
    return True


class _Reader(ast.NodeTransformer):
    """Puts names and texts back in place of their numbers, and calls in place of the operators of phrases."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.copy_location(ast.Name(self.words[int(node.id[1:])], ast.Load()), node)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str):
            return ast.copy_location(ast.Constant(self.words[int(node.value)]), node)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        name = node.arg and self.words[int(node.arg[1:])]
        return ast.copy_location(ast.keyword(name, self.visit(node.value)), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        if not isinstance(node.op, ast.Invert):
            return self._walked(node)
        return self._call(LAST_WORKDAY_BEFORE, [self.visit(node.operand)], node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if not isinstance(node.op, ast.BitOr):
            return self._walked(node)
        chain: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.BitOr):
            chain.append(self.visit(left.right))
            left = left.left
        chain.append(self.visit(left))
        moment, *rest = chain
        while rest:
            marker, span, *rest = rest
            assert isinstance(marker, ast.Name)
            moment = self._call(marker.id, [span, moment], self._between(span, moment))
        return moment

    def _walked(self, node: ast.expr) -> ast.expr:
        walked = self.generic_visit(node)
        assert isinstance(walked, ast.expr)
        return walked

    @staticmethod
    def _call(function: str, arguments: list[ast.expr], place: ast.AST) -> ast.Call:
        name = ast.copy_location(ast.Name(function, ast.Load()), place)
        return ast.copy_location(ast.Call(name, arguments, []), place)

    @staticmethod
    def _between(first: ast.expr, last: ast.expr) -> ast.expr:
        place = copy.copy(first)
        place.end_col_offset = last.end_col_offset
        return place


def _node_fault(parsed: _Parsed) -> Fault | None:
    """Return the first node that is not on the list, by its place."""
    tree = Tree(Word(""), parsed.node, parsed)
    dots_allowed: set[int] = set()
    for node in ast.walk(parsed.node):
        message = _node_message(node, dots_allowed)
        if message:
            return Fault(*tree.place_of(node), FORBIDDEN, message)
    return None


def _node_message(node: ast.AST, dots_allowed: set[int]) -> str:
    if not isinstance(node, _ALLOWED):
        default = f"{type(node).__name__.lower()} is not part of the language"
        return _NOT_ALLOWED.get(type(node), default)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name):
            return "only functions of the language can be called"
        named = [each.arg for each in node.keywords]
        if len(set(named)) < len(named):
            return "an argument is given twice"
        if node.func.id in TAKES_DOTS and node.args:
            dots_allowed.add(id(node.args[0]))
    if isinstance(node, ast.keyword) and (node.arg is None or "." in node.arg):
        return f'"{node.arg or "**"}" cannot name an argument'
    if isinstance(node, ast.Name) and "." in node.id and id(node) not in dots_allowed:
        return "names with dots are not part of the language"
    return ""


def _assignment_fault(written: Surface) -> Fault:
    for piece in written.pieces:
        if piece.source == "=":
            return Fault(piece.start, piece.end, SYNTAX, '"=" does not compare', 'to compare, write "=="')
    return Fault(written.pieces[0].start, written.pieces[-1].end, SYNTAX, "this is not an expression")


def _syntax_fault(error: SyntaxError, written: Surface, offsets: list[int]) -> Fault:
    column = (error.offset or 1) - 1
    place = min(max(bisect_right(offsets, column) - 1, 0), len(written.pieces) - 1)
    piece, said = written.pieces[place], str(error.msg)
    stops_early = column >= offsets[-1] + len(written.pieces[-1].source)
    if "'else'" in said:
        return Fault(piece.start, piece.end, SYNTAX, 'an "if" without "else"', 'write "a if condition else b"')
    if "assign" in said or "'=='" in said:
        return _assignment_fault(written)
    if "repeated" in said:
        return Fault(piece.start, piece.end, SYNTAX, "an argument is given twice")
    if "positional argument follows" in said:
        message = "an argument without a name follows one with a name"
        return Fault(piece.start, piece.end, SYNTAX, message, "put the named ones last")
    if stops_early or (place == len(written.pieces) - 1 and piece.source not in (")", "]")):
        return Fault(piece.start, piece.end, SYNTAX, "the expression stops before it is complete")
    return Fault(piece.start, piece.end, SYNTAX, "this cannot stand here in an expression")
