"""Problems as SARIF 2.1.0, which code scanning services read."""

import json
from urllib.parse import quote

from engine.problems import Problem
from engine.report.checked import Checked

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(checked: Checked, version: str) -> str:
    """Return one run of the tool; columns count code points, which is what our spans count."""
    codes = sorted({problem.code for problem in checked.problems})
    driver = {
        "name": "dueline",
        "semanticVersion": version,
        "rules": [{"id": code} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes) for problem in checked.problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _result(problem: Problem, codes: list[str]) -> dict[str, object]:
    span = problem.span
    place: dict[str, object] = {"artifactLocation": {"uri": quote(span.path.replace("\\", "/"))}}
    if span.line:
        place["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    message = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": problem.severity,
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }
