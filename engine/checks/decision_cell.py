"""A cell of a decision table cannot be read as a value of its input.

A cell is a value, several (`a, b`), `not a`, `< 3`, `<= 3`, `> 3`, `>= 3`, `3..5` (both ends), `3..<5`, `any` or
`unknown`.

Wrong:
    kind: decision_table
    id: visit_interval
    inputs: {stability: {type: choice, of: [stable, unstable], required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {stability: stabel}, then: {interval: 14 days}}
      - {if: {stability: unstable}, then: {interval: 7 days}}

Right:
    kind: decision_table
    id: visit_interval
    inputs: {stability: {type: choice, of: [stable, unstable], required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {stability: stable}, then: {interval: 14 days}}
      - {if: {stability: unstable}, then: {interval: 7 days}}
"""

from collections.abc import Iterator

from engine.decisions.inputs import bad_cells
from engine.model import Definitions
from engine.problems import Problem

CODE = "decision-cell"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each cell that says nothing about its input."""
    for table in definitions.tables.values():
        yield from bad_cells(table)
