"""A rule of a decision table leaves an output without an answer.

Wrong:
    kind: decision_table
    id: approval
    inputs: {days: {type: number}}
    outputs: {approver: {type: text}, paid: {type: yes_no}}
    rules:
      - {if: {days: "<= 2"}, then: {approver: '"lead"', paid: yes}}
      - {if: {days: "> 2"}, then: {approver: '"principal"'}}

Right:
    kind: decision_table
    id: approval
    inputs: {days: {type: number}}
    outputs: {approver: {type: text}, paid: {type: yes_no, required: true}}
    rules:
      - {if: {days: "<= 2"}, then: {approver: '"lead"', paid: yes}}
      - {if: {days: "> 2"}, then: {approver: '"principal"', paid: no}}
"""

from collections.abc import Iterator

from engine.model import Definitions
from engine.problems import Problem

CODE = "table-outputs"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each rule that lacks an output which other rules give, or which is required; and a stray aggregate."""
    for table in definitions.tables.values():
        rules = [*table.rules, *([table.otherwise] if table.otherwise else [])]
        given = {str(name) for rule in rules for name in rule.then}
        for rule in rules:
            for name, output in table.outputs.items():
                if name not in rule.then and (output.required or name in given):
                    message = f'this rule gives no "{name}"'
                    hint = 'give every output an answer under "then"'
                    yield Problem(rule.span, CODE, message, hint=hint)
        for name, output in table.outputs.items():
            if name not in given and not output.required:
                yield Problem(output.name.span, CODE, f'no rule gives "{name}"', hint="delete it, or let rules give it")
        if table.aggregate and table.hit != "collect":
            message = f'"{table.name}" has an aggregate, and "hit" is {table.hit}'
            yield Problem(table.name.span, CODE, message, hint='"aggregate" goes with "hit: collect"')
