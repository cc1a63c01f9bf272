"""The days of a parameter's values do not go upwards.

They hold in the order of their days all the same; a reader who takes the last line for the newest one is wrong.

Wrong:
    kind: vocabulary
    id: school
    parameters: {absence_limit: {type: number, values: {2026-09-01: 2, 2026-01-01: 3}}}

Right:
    kind: vocabulary
    id: school
    parameters: {absence_limit: {type: number, values: {2026-01-01: 3, 2026-09-01: 2}}}
"""

from collections.abc import Iterator
from itertools import pairwise

from engine.model import Dated, Definitions
from engine.problems import Problem

CODE = "parameter-order"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Warn of each value that stands before one of an earlier day."""
    for values in _dated(definitions):
        for earlier, later in pairwise(values):
            if later.value.span < earlier.value.span:
                message = f"the value of {later.since} stands before that of {earlier.since}"
                hint = "write the days in order, the newest last"
                yield Problem(later.value.span, CODE, message, hint=hint, severity="warning")


def _dated(definitions: Definitions) -> Iterator[tuple[Dated, ...]]:
    yield from (parameter.values for parameter in definitions.parameters.values())
    for overlay in definitions.overlays.values():
        yield from overlay.parameters.values()
