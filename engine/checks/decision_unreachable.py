"""A rule of a decision table is never used.

Under `hit: first` the rules above take every case that it takes; under any policy its own cell may ask for a value that
the input never has.

Wrong:
    kind: decision_table
    id: visit_interval
    hit: first
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "<= 2"}, then: {interval: 7 days}}
      - {if: {month: any}, then: {interval: 14 days}}
      - {if: {month: 1}, then: {interval: 3 days}}

Right:
    kind: decision_table
    id: visit_interval
    hit: first
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: 1}, then: {interval: 3 days}}
      - {if: {month: "<= 2"}, then: {interval: 7 days}}
      - {if: {month: any}, then: {interval: 14 days}}
"""

from collections.abc import Iterator

from engine.decisions.coverage import Unreached, unreached
from engine.decisions.inputs import grid_of
from engine.decisions.search import Budget, TooLargeError
from engine.model import DecisionTable, Definitions
from engine.problems import Problem

CODE = "decision-unreachable"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each rule that takes no case; one that ends before it begins is reported as `rule-dates`."""
    for table in definitions.tables.values():
        grid = grid_of(table, definitions)
        try:
            found = list(unreached(grid, Budget())) if grid else []
        except TooLargeError:
            message = f'table "{table.name}" has too many combinations to find rows that are never used'
            yield Problem(table.name.span, CODE, message, "split it in two", "warning")
            continue
        for each in found:
            rule = table.rules[each.row - 1]
            if each.by or each.why:
                message = f'row {each.row} of table "{table.name}" is never used: {_why(each)}'
                yield Problem(rule.span, CODE, message, _hint(table, each), "warning")


def _why(found: Unreached) -> str:
    if found.why:
        return found.why
    if len(found.by) == 1:
        return f"row {found.by[0]} already takes every case it takes"
    rows = ", ".join(map(str, found.by[:-1]))
    return f"rows {rows} and {found.by[-1]} together take every case it takes"


def _hint(table: DecisionTable, found: Unreached) -> str:
    if found.why:
        return ""
    lines = ", ".join(str(table.rules[each - 1].span.line) for each in found.by)
    return f"see line {lines}; put the narrower row first, or delete it"
