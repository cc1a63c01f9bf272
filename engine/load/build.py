"""Checked nodes to definitions, kind by kind: what others refer to while building comes first."""

from collections.abc import Callable, Iterable, Mapping

from engine.load.build_calendar import add_calendar
from engine.load.build_fields import add_vocabulary
from engine.load.build_overlay import add_overlay
from engine.load.build_process import add_process
from engine.load.build_scenarios import add_scenarios
from engine.load.build_tables import add_calculation, add_figures, add_handbook, add_table
from engine.load.draft import Draft
from engine.load.nodes import MapNode
from engine.model import Definitions
from engine.problems import Problem

_ADD: Mapping[str, Callable[[Draft, MapNode], None]] = {
    "vocabulary": add_vocabulary,
    "process": add_process,
    "decision_table": add_table,
    "calculation": add_calculation,
    "calendar": add_calendar,
    "overlay": add_overlay,
    "handbook": add_handbook,
    "scenarios": add_scenarios,
    "figures": add_figures,
}


def build(files: Iterable[tuple[str, MapNode]]) -> tuple[Definitions, list[Problem]]:
    """Return the definitions of all files, (kind, nodes) each, and the names and days that can't stand."""
    draft = Draft()
    listed = list(files)
    for kind, add in _ADD.items():
        for each_kind, node in listed:
            if each_kind == kind:
                add(draft, node)
    return draft.finished(), draft.problems
