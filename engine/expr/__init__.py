"""Expressions of the language: `parse` makes a text a tree, `infer` tells its type and what is wrong, `evaluate` makes
it a column or a span of columns, `uses` tells the facts and moments that it depends on.
"""

from engine.expr.columns import evaluate
from engine.expr.functions import FUNCTIONS
from engine.expr.infer import infer, problems_of
from engine.expr.parse import Tree, parse
from engine.expr.phrases import PHRASES, UNITS, minute_of_day
from engine.expr.scope import HistoryCall, Scope, Value
from engine.expr.spans import SpanValue, span, span_of_column, span_of_text
from engine.expr.types import Names, Type, common, fits, type_of, type_of_field
from engine.expr.uses import Uses, uses

__all__ = [
    "FUNCTIONS",
    "PHRASES",
    "UNITS",
    "HistoryCall",
    "Names",
    "Scope",
    "SpanValue",
    "Tree",
    "Type",
    "Uses",
    "Value",
    "common",
    "evaluate",
    "fits",
    "infer",
    "minute_of_day",
    "parse",
    "problems_of",
    "span",
    "span_of_column",
    "span_of_text",
    "type_of",
    "type_of_field",
    "uses",
]
