"""A source cites a clause that no handbook has.

Asked only if a handbook is loaded; without one, `no-handbook` says so.

Wrong:
    kind: handbook
    id: O
    clauses: {O-019: 半天内首次电话}
    ---
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called, source: [O-190]}

Right:
    kind: handbook
    id: O
    clauses: {O-019: 半天内首次电话}
    ---
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called, source: [O-019]}
"""

from collections.abc import Iterator

from engine.checks.walk import citations
from engine.model import Definitions
from engine.problems import Problem, did_you_mean

CODE = "unknown-clause"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each cited clause that is in none of the handbooks."""
    if not definitions.clauses:
        return
    for clause in citations(definitions):
        if clause not in definitions.clauses:
            hint = did_you_mean(clause, definitions.clauses)
            yield Problem(clause.span, CODE, f'"{clause}" is not a clause of any handbook', hint=hint)
