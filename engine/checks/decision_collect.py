"""A table that collects does not say how to put its answers together, or its answers cannot be put together so.

`sum` adds numbers, money or spans; `min` and `max` also take days and moments; `count` answers a number. Without an
aggregate only lists of choices come together: as one list.

Wrong:
    kind: decision_table
    id: points
    hit: collect
    inputs: {lessons: {type: number}}
    outputs: {points: {type: number}}
    rules:
      - {if: {lessons: ">= 10"}, then: {points: 5}}
      - {if: {lessons: ">= 20"}, then: {points: 10}}

Right:
    kind: decision_table
    id: points
    hit: collect
    aggregate: sum
    inputs: {lessons: {type: number}}
    outputs: {points: {type: number}}
    rules:
      - {if: {lessons: ">= 10"}, then: {points: 5}}
      - {if: {lessons: ">= 20"}, then: {points: 10}}
"""

from collections.abc import Iterator
from typing import Final

from engine.model import DecisionTable, Definitions, Field
from engine.problems import Problem

CODE = "decision-collect"

_TYPES: Final = {
    "": ("choices",),
    "sum": ("number", "money", "duration"),
    "min": ("number", "money", "date", "moment"),
    "max": ("number", "money", "date", "moment"),
    "count": ("number",),
}


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each output that a table cannot collect."""
    for table in definitions.tables.values():
        if table.hit == "collect":
            for output in table.outputs.values():
                if output.type not in _TYPES[table.aggregate]:
                    yield _problem(table, output)


def _problem(table: DecisionTable, output: Field) -> Problem:
    if not table.aggregate:
        message = f'table "{table.name}" collects, and does not say how the answers "{output.name}" come together'
        return Problem(output.name.span, CODE, message, 'add "aggregate": "count", "max", "min" or "sum"')
    types = " or ".join(_TYPES[table.aggregate])
    message = f'"{output.name}" is {output.type}, and {table.aggregate} answers {types}'
    return Problem(output.name.span, CODE, message, "give it another type, or the table another aggregate")
