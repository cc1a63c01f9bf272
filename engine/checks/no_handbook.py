"""Clauses are cited, and no handbook is there to hold them.

Whether a clause exists can't be told then, nor which clauses nothing follows.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called, source: [O-019]}

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
from engine.problems import Problem

CODE = "no-handbook"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Warn once, at the first clause cited, if there is no handbook at all."""
    first = min(citations(definitions), key=lambda each: each.span, default=None)
    if not definitions.clauses and first is not None:
        message = f'"{first}" is cited, but there is no handbook file to look it up in'
        hint = "add a file with kind: handbook, and check the whole folder"
        yield Problem(first.span, CODE, message, hint=hint, severity="warning")
