"""Two overlays claim the same campus.

Which of them gives its calendar and parameters would be chance.

Wrong:
    kind: overlay
    id: pudong
    ---
    kind: overlay
    id: pudong_evenings
    campuses: [pudong]

Right:
    kind: overlay
    id: pudong
    ---
    kind: overlay
    id: pudong_evenings
    campuses: [pudong_evenings]
"""

from collections.abc import Iterator

from engine.model import Definitions, Overlay
from engine.problems import Problem

CODE = "two-overlays"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each campus that a second overlay names."""
    owners: dict[str, Overlay] = {}
    for overlay in definitions.overlays.values():
        for campus in overlay.campuses:
            owner = owners.setdefault(campus, overlay)
            if owner is not overlay:
                message = f'campus "{campus}" has an overlay already: "{owner.name}" ({owner.name.span.path})'
                yield Problem(campus.span, CODE, message, hint="put both into one overlay")
