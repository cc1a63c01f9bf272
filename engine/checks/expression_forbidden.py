"""An expression uses what the language does not have.

Expressions are short questions about facts: comparisons, sums and the functions of the language. What Python has beyond
that, such as attributes, loops or powers, is refused; so is what is too long or too deep to be read by people.

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
        done: {by: visit_logged, if: with.upper() == "PARENT"}

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

CODE = "expression-forbidden"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each expression with something that is not of the language."""
    return problems_with(definitions, CODE)
