"""A step cites no clause.

Nobody can tell then whose rule it is, nor find it when the handbook changes.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called}

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called, source: [O-019]}
"""

from collections.abc import Iterator

from engine.checks.walk import places
from engine.model import Definitions
from engine.problems import Problem

CODE = "step-without-source"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Warn of each step without a source."""
    for place in places(definitions):
        name = place.step.name
        if not place.step.source:
            hint = 'add "source" with the clause that asks for it'
            yield Problem(name.span, CODE, f'step "{name}" cites no clause', hint=hint, severity="warning")
