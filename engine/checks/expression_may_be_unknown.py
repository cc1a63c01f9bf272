"""An expression compares a value that may be unknown.

What is not known is neither more than 3 nor not more than 3, and a promise that rests on it would quietly not be made.
So the question is answered first: by `is_known(x) and x > 3`, or by saying what counts then, `or_else(x, 0) > 3`.

Wrong:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call:
        role: learning_manager
        opens: {on: file_accepted}
        due: 1 day
        done: {by: visit_logged, if: minutes >= 10}

Right:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call:
        role: learning_manager
        opens: {on: file_accepted}
        due: 1 day
        done: {by: visit_logged, if: is_known(minutes) and minutes >= 10}
"""

from collections.abc import Iterator

from engine.checks.expressions import problems_with
from engine.model import Definitions
from engine.problems import Problem

CODE = "expression-may-be-unknown"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each value that is used before it is known to be there."""
    return problems_with(definitions, CODE)
