"""Problems and outcomes as JUnit XML, which every CI server shows."""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.problems import show
from engine.report.checked import Checked
from engine.report.outcome import Outcome, failures

#: XML 1.0 has no way to write these characters.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_problems(checked: Checked) -> str:
    """Return a test case a file; each error of a file is a failure of it, warnings are its output."""
    paths = sorted({*checked.sources, *(problem.span.path for problem in checked.problems)})
    cases: list[str] = []
    for path in paths:
        mine = [problem for problem in checked.problems if problem.span.path == path]
        source = checked.sources.get(path)
        errors = [_failure(each.message, show(each, source)) for each in mine if each.severity == "error"]
        warnings = "\n".join(show(each) for each in mine if each.severity == "warning")
        output = [f"      <system-out>{_text(warnings)}</system-out>"] if warnings else []
        cases.append(_case(path, "check", 0.0, [*errors, *output]))
    failed = len({problem.span.path for problem in checked.problems if problem.severity == "error"})
    return _suite("check", cases, failed, 0.0)


def of_outcomes(outcomes: Sequence[Outcome]) -> str:
    """Return a test case a scenario."""
    cases = []
    for outcome in outcomes:
        body = f"{outcome.span}\n" + "\n".join(outcome.differences)
        inner = [] if outcome.passed else [_failure(outcome.differences[0], body)]
        cases.append(_case(outcome.name, outcome.span.path, outcome.seconds, inner))
    return _suite("test", cases, len(failures(outcomes)), sum(outcome.seconds for outcome in outcomes))


def _suite(name: str, cases: Sequence[str], failed: int, seconds: float) -> str:
    attributes = f'name="dueline.{name}" tests="{len(cases)}" failures="{failed}" errors="0" time="{seconds:.3f}"'
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n  <testsuite {attributes}>\n'
    return head + "".join(cases) + "  </testsuite>\n</testsuites>\n"


def _case(name: str, group: str, seconds: float, inner: Iterable[str]) -> str:
    head = f'    <testcase name={_attribute(name)} classname={_attribute(group)} time="{seconds:.3f}"'
    body = "".join(f"{each}\n" for each in inner)
    return f"{head}>\n{body}    </testcase>\n" if body else f"{head}/>\n"


def _failure(message: str, body: str) -> str:
    return f"      <failure message={_attribute(message)}>{_text(body)}</failure>"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("?", text), {"\n": "&#10;"})


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("?", text))
