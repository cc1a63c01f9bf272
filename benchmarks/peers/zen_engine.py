"""zen-engine: a decision table over the derived facts of each task."""

import json
from pathlib import Path

import polars as pl
import zen

from benchmarks.peers.derived import Decision, Facts, decided

_TELLS = 'step in ["first_call", "contact_absent", "absences_meeting"]'
_ROWS = (
    {"_id": "1", "if": "not has_due or is_paused", "state": '"waiting"', "told": "null"},
    {"_id": "2", "if": f"is_late and {_TELLS}", "state": '"breached"', "told": '"learning_manager_lead"'},
    {"_id": "3", "if": "is_late", "state": '"breached"', "told": "null"},
    {"_id": "4", "if": "", "state": '"open"', "told": "null"},
)
_TABLE = {
    "hitPolicy": "first",
    "inputs": [{"id": "if", "name": "condition"}],
    "outputs": [{"id": name, "name": name, "field": name} for name in ("state", "told")],
    "rules": _ROWS,
}
_GRAPH = {
    "nodes": [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": _TABLE},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ],
    "edges": [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ],
}


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over."""
    content = zen.ZenDecisionContent(json.dumps(_GRAPH))  # compiled once; given as text it is compiled at each call
    engine = zen.ZenEngine({"loader": lambda _: content})

    def decide(facts: Facts) -> Decision:
        result = engine.evaluate("duties", facts)["result"]
        return result["state"], result.get("told")

    return decided(path, as_of, decide)
