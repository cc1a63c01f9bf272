"""An expression names what is not there.

A name is a field of the event in hand, a fact of the case, a formula, a parameter, or one of `now`, `start`,
`opened_at`, `due`, `campus`, `case_id`. Events, their fields, tables, outputs and steps are named in calls. Nothing
else has a meaning.

Wrong:
    kind: process
    id: trial
    subject: student
    events:
      file_accepted:
      absence:
      visit_logged: {fields: {with: {type: choice, of: [parent, student], required: true}, minutes: {type: number}}}
    steps:
      call: {role: learning_manager, opens: {when: count(absense) >= 3}, due: 1 day, done: visit_logged}

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

CODE = "expression-unknown-name"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each name in an expression that means nothing there."""
    return problems_with(definitions, CODE)
