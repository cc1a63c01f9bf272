"""An expression cannot be read.

Something is missing, left open or misspelt: a bracket, a quote, an operator, a unit.

Wrong:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {on: file_accepted}, due: 3days, done: visit_logged}

Right:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {on: file_accepted}, due: 3 days, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.expressions import problems_with
from engine.model import Definitions
from engine.problems import Problem

CODE = "expression-syntax"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each expression that cannot be read."""
    return problems_with(definitions, CODE)
