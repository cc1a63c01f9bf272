"""A number stands where a span of time is needed.

Three what? Hours and working hours, days and working days differ, so a bare number is never a span.

Wrong:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {on: file_accepted}, due: 3, done: visit_logged}

Right:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {on: file_accepted}, due: 3 working_days, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.expressions import problems_with
from engine.model import Definitions
from engine.problems import Problem

CODE = "expression-unit"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each number that has no unit and needs one."""
    return problems_with(definitions, CODE)
