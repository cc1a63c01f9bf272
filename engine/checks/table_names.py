"""A rule of a decision table, or the result of a calculation, uses a name that the file does not define.

Wrong:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {moth: "<= 2"}, then: {interval: 7 days}}
    otherwise: {then: {interval: 14 days}}

Right:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "<= 2"}, then: {interval: 7 days}}
    otherwise: {then: {interval: 14 days}}
"""

from collections.abc import Iterator

from engine.model import DecisionTable, Definitions, Rule
from engine.problems import Problem, did_you_mean

CODE = "table-names"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each unknown input, output or result line."""
    for table in definitions.tables.values():
        for rule in (*table.rules, *([table.otherwise] if table.otherwise else [])):
            yield from _unknown(table, rule)
    for calculation in definitions.calculations.values():
        result = calculation.result
        if result not in calculation.lines:
            message = f'"{result}" is not a line of "{calculation.name}"'
            yield Problem(result.span, CODE, message, hint=did_you_mean(result, calculation.lines))


def _unknown(table: DecisionTable, rule: Rule) -> Iterator[Problem]:
    for name in rule.when:
        if name not in table.inputs:
            message = f'"{name}" is not an input of "{table.name}"'
            yield Problem(name.span, CODE, message, hint=did_you_mean(name, table.inputs))
    for name in rule.then:
        if name not in table.outputs:
            message = f'"{name}" is not an output of "{table.name}"'
            yield Problem(name.span, CODE, message, hint=did_you_mean(name, table.outputs))
