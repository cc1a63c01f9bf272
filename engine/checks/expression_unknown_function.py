"""An expression calls a function that the language does not have.

Wrong:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {when: number_of(absence) >= 3}, due: 1 day, done: visit_logged}

Right:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {when: count(absence) >= 3}, due: 1 day, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.expressions import problems_with
from engine.model import Definitions
from engine.problems import Problem

CODE = "expression-unknown-function"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each call of a function that is not there."""
    return problems_with(definitions, CODE)
