"""An expression joins what does not go together, or is not what its place needs.

A number is not compared with a text, a choice only with its own choices, a moment not subtracted from a moment. A `due`
is a span of time or a moment, an `if` is answered by yes or no.

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
        done: {by: visit_logged, if: with == "parents"}

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
        done: {by: visit_logged, if: with == "parent"}
"""

from collections.abc import Iterator

from engine.checks.expressions import problems_with
from engine.model import Definitions
from engine.problems import Problem

CODE = "expression-type"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report what does not go together in an expression, and expressions of another type than their place needs."""
    return problems_with(definitions, CODE)
