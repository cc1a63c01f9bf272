"""Problems as workflow commands: GitHub shows each beside its line of the change."""

from engine.problems import Problem
from engine.report.checked import Checked


def render(checked: Checked) -> str:
    """Return one `::error` or `::warning` a line."""
    return "".join(_command(problem) + "\n" for problem in checked.problems)


def _command(problem: Problem) -> str:
    span = problem.span
    place = {"file": span.path}
    if span.line:
        place |= {"line": str(span.line), "endLine": str(span.end_line)}
        # GitHub refuses columns on a problem of several lines.
        if span.line == span.end_line:
            place |= {"col": str(span.column), "endColumn": str(span.end_column)}
    place["title"] = problem.code
    message = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
    properties = ",".join(f"{key}={_property(value)}" for key, value in place.items())
    return f"::{problem.severity} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
