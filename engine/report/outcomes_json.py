"""The outcome of scenarios for programs."""

import json
from collections.abc import Sequence

from engine.report.outcome import Outcome


def render(outcomes: Sequence[Outcome]) -> str:
    """Return a list of objects, one a scenario."""
    body = [
        {
            "path": outcome.span.path,
            "line": outcome.span.line,
            "name": outcome.name,
            "passed": outcome.passed,
            "differences": list(outcome.differences),
            "seconds": round(outcome.seconds, 4),
        }
        for outcome in outcomes
    ]
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
