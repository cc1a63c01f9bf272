"""A rule of a decision table ends before it begins.

Wrong:
    kind: decision_table
    id: fee
    inputs: {lessons: {type: number}}
    outputs: {amount: {type: money}}
    rules:
      - {if: {lessons: "> 0"}, then: {amount: 100}, since: 2026-09-01, until: 2026-08-31}
    otherwise: {then: {amount: 0}}

Right:
    kind: decision_table
    id: fee
    inputs: {lessons: {type: number}}
    outputs: {amount: {type: money}}
    rules:
      - {if: {lessons: "> 0"}, then: {amount: 100}, since: 2026-09-01, until: 2027-08-31}
    otherwise: {then: {amount: 0}}
"""

from collections.abc import Iterator

from engine.model import Definitions
from engine.problems import Problem

CODE = "rule-dates"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each rule that holds on no day."""
    for table in definitions.tables.values():
        for rule in table.rules:
            if rule.since is not None and rule.until is not None and rule.until < rule.since:
                message = f"this rule holds until {rule.until}, and since {rule.since} only: never"
                yield Problem(rule.span, CODE, message, hint='"since" is the first day, "until" the last')
