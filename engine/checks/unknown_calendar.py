"""An overlay names a calendar that does not exist.

Wrong:
    kind: calendar
    id: standard
    week: {monday: [09:00-18:00]}
    ---
    kind: overlay
    id: pudong
    calendar: standrad

Right:
    kind: calendar
    id: standard
    week: {monday: [09:00-18:00]}
    ---
    kind: overlay
    id: pudong
    calendar: standard
"""

from collections.abc import Iterator

from engine.model import Definitions
from engine.problems import Problem, did_you_mean

CODE = "unknown-calendar"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each calendar of an overlay that no file defines."""
    for overlay in definitions.overlays.values():
        name = overlay.calendar
        if name is not None and name not in definitions.calendars:
            hint = did_you_mean(name, definitions.calendars)
            yield Problem(name.span, CODE, f'"{name}" is not a calendar', hint=hint)
