"""What definitions say of a table's inputs beyond their type: which may be unknown, which are whole numbers."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from engine.decisions.cells import parse_cell
from engine.decisions.coverage import Grid
from engine.decisions.inner import InnerNames
from engine.expr.infer import infer
from engine.expr.parse import Tree, parse
from engine.expr.surroundings import OF_A_TASK, Surroundings
from engine.expr.types import NOTHING, Names, Type, type_of_field
from engine.expr.uses import uses
from engine.model import Calculation, DecisionTable, Definitions, Input
from engine.problems import Problem
from engine.text import Word

_WHOLE: Final = frozenset(
    {"count", "count_of", "size", "floor", "ceil", "days_between", "months_between", "age"}
    | {"weekday", "hour", "day", "month", "year"}
)
_WHOLE_OF_WHOLE: Final = frozenset({"min_of", "max_of", "or_else", "abs"})


def grid_of(table: DecisionTable, definitions: Definitions) -> Grid | None:
    """Return a table ready to be searched, None where a cell cannot be read."""
    if next(bad_cells(table), None) is not None:
        return None
    reading = _Reading(table, definitions)
    unknown = [name for name in table.inputs if reading.may_be_unknown(name)]
    return Grid(table, unknown, [name for name in table.inputs if reading.is_whole(name)])


def bad_cells(table: DecisionTable) -> Iterator[Problem]:
    """Return the problem of each cell that cannot be read; names that are no inputs are left to their own check."""
    for rule in table.rules:
        for name, word in rule.when.items():
            if name in table.inputs:
                cell = parse_cell(word, table.inputs[name].field)
                if isinstance(cell, Problem):
                    yield cell


class _Reading:
    """The places that a table's inputs get their values from: their own expression, and calculations that ask it."""

    def __init__(self, table: DecisionTable, definitions: Definitions) -> None:
        self.table = table
        self.definitions = definitions
        self.names = Surroundings(definitions, str(table.subject or ""), more=OF_A_TASK)
        self.callers = [_Caller(each, definitions) for each in definitions.calculations.values() if _asks(each, table)]

    def may_be_unknown(self, name: str) -> bool:
        """Return whether an input is unknown at times."""
        each = self.table.inputs[name]
        if each.field.required:
            return False
        given = [caller.types[name] for caller in self.callers if name in caller.types]
        return any(found.maybe for found in (_type(name, each, self.names), *given))

    def is_whole(self, name: str) -> bool:
        """Return whether an input is always a whole number, whoever gives it."""
        each = self.table.inputs[name]
        if each.field.type != "number":
            return False
        subject = str(self.table.subject or "")
        texts = [each.value or Word(name)]
        texts += [caller.texts[name] for caller in self.callers if name in caller.texts]
        return all(_is_whole_text(text, subject, self.definitions) for text in texts)


class _Caller:
    """A calculation: the types and the expressions of its inputs and lines."""

    def __init__(self, calculation: Calculation, definitions: Definitions) -> None:
        around = Surroundings(definitions, str(calculation.subject), more=OF_A_TASK)
        self.types = {name: _input_type(name, each, around) for name, each in calculation.inputs.items()}
        self.texts = {name: each.value or Word(name) for name, each in calculation.inputs.items()}
        for name, line in calculation.lines.items():
            self.types[name] = _type_of_text(line.amount, InnerNames(around, dict(self.types)))
            self.texts[name] = line.amount


def _asks(calculation: Calculation, table: DecisionTable) -> bool:
    trees = [parse(line.amount) for line in calculation.lines.values()]
    return any(isinstance(tree, Tree) and table.name in uses(tree).tables for tree in trees)


def _input_type(name: str, each: Input, names: Names) -> Type:
    if each.field.required:
        return type_of_field(each.field)
    return type_of_field(each.field).known().or_unknown(when=_type(name, each, names).maybe)


def _type(name: str, each: Input, names: Names) -> Type:
    return _type_of_text(each.value, names) if each.value is not None else names.resolve(name) or NOTHING


def _type_of_text(text: Word, names: Names) -> Type:
    tree = parse(text)
    return NOTHING if isinstance(tree, Problem) else infer(tree, names)[0]


def _is_whole_text(text: Word, subject: str, definitions: Definitions, depth: int = 0) -> bool:
    tree = parse(text)
    return isinstance(tree, Tree) and depth < 10 and _is_whole(tree.node, subject, definitions, depth)


def _is_whole(node: ast.expr, subject: str, definitions: Definitions, depth: int) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int)
        case ast.UnaryOp(operand=operand):
            return _is_whole(operand, subject, definitions, depth)
        case ast.BinOp(left=one, op=ast.Add() | ast.Sub() | ast.Mult(), right=other):
            parts = [one, other]
        case ast.IfExp(body=one, orelse=other):
            parts = [one, other]
        case ast.Call(func=ast.Name(id=function), args=arguments) if function in _WHOLE_OF_WHOLE:
            parts = arguments
        case ast.Call(func=ast.Name(id=function)):
            return function in _WHOLE
        case ast.Name(id=name):
            return all(
                _is_whole_text(each, subject, definitions, depth + 1) for each in _meaning(name, subject, definitions)
            )
        case _:
            return False
    return all(_is_whole(each, subject, definitions, depth) for each in parts)


def _meaning(name: str, subject: str, definitions: Definitions) -> list[Word]:
    """Return the expressions that a name may stand for; a fact stands for any number, so for a half too."""
    formulas: Mapping[str, object] = definitions.formulas.get(subject, {})
    if name in formulas:
        return [definitions.formulas[subject][name].value]
    parameter = definitions.parameters.get(name)
    own = [each.value for each in parameter.values] if parameter else [Word("0.5")]
    overlays = [
        values for each in definitions.overlays.values() for key, values in each.parameters.items() if key == name
    ]
    return own + [each.value for values in overlays for each in values]
