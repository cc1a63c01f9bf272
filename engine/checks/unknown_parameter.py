"""An overlay, or a scenario, sets a parameter that nothing declares.

Wrong:
    kind: vocabulary
    id: school
    parameters: {absence_limit: {type: number, value: 3}}
    ---
    kind: overlay
    id: pudong
    parameters: {absense_limit: {value: 2}}

Right:
    kind: vocabulary
    id: school
    parameters: {absence_limit: {type: number, value: 3}}
    ---
    kind: overlay
    id: pudong
    parameters: {absence_limit: {value: 2}}
"""

from collections.abc import Iterator

from engine.model import Definitions
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "unknown-parameter"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each parameter set by a campus or a scenario that no file declares."""
    for name in _set(definitions):
        if name not in definitions.parameters:
            hint = did_you_mean(name, definitions.parameters)
            yield Problem(name.span, CODE, f'"{name}" is not a parameter', hint=hint)


def _set(definitions: Definitions) -> Iterator[Word]:
    for overlay in definitions.overlays.values():
        yield from overlay.parameters
    for scenario in definitions.scenarios:
        yield from scenario.parameters
