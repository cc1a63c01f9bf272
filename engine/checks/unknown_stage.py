"""A step belongs to a stage that its process does not list.

Wrong:
    kind: process
    id: welcome
    subject: student
    stages: {handover: 接档}
    events: {enrolled: {}, called: {}}
    steps:
      call: {stage: hand_over, role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called}

Right:
    kind: process
    id: welcome
    subject: student
    stages: {handover: 接档}
    events: {enrolled: {}, called: {}}
    steps:
      call: {stage: handover, role: learning_manager, opens: {on: enrolled}, due: 1 day, done: called}
"""

from collections.abc import Iterator

from engine.checks.walk import places
from engine.model import Definitions
from engine.problems import Problem, did_you_mean

CODE = "unknown-stage"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each stage of a step that is not among the process's stages."""
    for place in places(definitions):
        stage, known = place.step.stage, place.process.stages
        if stage is not None and stage not in known:
            message = f'"{stage}" is not a stage of "{place.process.name}"'
            hint = did_you_mean(stage, known) or f'list it under "stages" of "{place.process.name}"'
            yield Problem(stage.span, CODE, message, hint=hint)
