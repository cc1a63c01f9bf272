"""Problems for programs: a list of objects; lines and columns count characters from 1."""

import json

from engine.problems import Problem
from engine.report.checked import Checked


def render(checked: Checked) -> str:
    """Return the list as JSON."""
    return json.dumps([_as_mapping(problem) for problem in checked.problems], ensure_ascii=False, indent=2) + "\n"


def _as_mapping(problem: Problem) -> dict[str, object]:
    span = problem.span
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }
