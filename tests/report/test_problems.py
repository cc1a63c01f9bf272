"""Problems and outcomes for people, programs and CI servers."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from engine.problems import Problem
from engine.report import github, junit, outcomes_json, outcomes_text, problems_json, problems_text, sarif
from engine.report.checked import Checked
from engine.report.outcome import Outcome
from engine.text import Span

SNAPSHOTS = Path(__file__).parent / "snapshots"
SOURCE = "kind: process\nid: 流程\nsteps:\n  - {标题: 回访, next: send_notcie}\n"
WRONG = Span("processes/a.yaml", 4, 20, 4, 31)
FOUND = Checked(
    [
        Problem(Span("processes/a.yaml", 2, 5, 2, 7), "name-not-ascii", '"流程" is not ASCII', severity="warning"),
        Problem(
            WRONG, "step-unknown-next", 'step "a, b" goes on to "send_notcie" 100%', hint='did you mean "send_notice"?'
        ),
    ],
    {"processes/a.yaml": SOURCE, "processes/b.yaml": ""},
)
OUTCOMES = [
    Outcome("a call on Friday", Span("t.yaml", 3, 5, 3, 9), seconds=0.25),
    Outcome("a call & a <visit>", Span("t.yaml", 9, 5, 9, 9), ('due_at is "a", expected "b"', "visit: missing")),
]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit"])
def test_problems_read_as_agreed(form: str) -> None:
    shown = {
        "text": problems_text.render(FOUND, "en"),
        "json": problems_json.render(FOUND),
        "github": github.render(FOUND),
        "sarif": sarif.render(FOUND, "0.1.0"),
        "junit": junit.of_problems(FOUND),
    }
    assert shown[form] == (SNAPSHOTS / f"problems.{form}").read_text("utf-8")


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_outcomes_read_as_agreed(form: str) -> None:
    shown = {
        "text": outcomes_text.render(OUTCOMES, "en"),
        "json": outcomes_json.render(OUTCOMES),
        "junit": junit.of_outcomes(OUTCOMES),
    }
    assert shown[form] == (SNAPSHOTS / f"outcomes.{form}").read_text("utf-8")


def test_the_mark_stands_under_the_very_word_after_chinese_characters() -> None:
    lines = problems_text.render(FOUND, "en").splitlines()
    line = next(index for index, each in enumerate(lines) if "send_notcie}" in each)
    # Four Chinese characters before it fill eight cells.
    assert lines[line + 1].index("^") == lines[line].index("send_notcie") + 4


def test_json_lists_every_problem_with_its_place() -> None:
    found = json.loads(problems_json.render(FOUND))
    keys = ["path", "line", "column", "end_line", "end_column", "code", "severity", "message", "hint"]
    assert list(found[0]) == keys
    assert (found[1]["line"], found[1]["column"], found[1]["end_column"]) == (4, 20, 31)


def test_sarif_says_how_it_counts_columns() -> None:
    run = json.loads(sarif.render(FOUND, "0.1.0"))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [each["level"] for each in run["results"]] == ["warning", "error"]
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 20


def test_github_takes_no_comma_or_percent_for_its_own() -> None:
    assert 'title=step-unknown-next::step "a, b" goes on to "send_notcie" 100%25' in github.render(FOUND)


def test_junit_counts_files_and_survives_what_xml_cannot_hold() -> None:
    suite = ET.fromstring(junit.of_problems(FOUND).split("\n", 1)[1])[0]
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("2", "1")
    odd = Checked([Problem(WRONG, "x", "bell \x07 & <b>")], {"processes/a.yaml": "\x07\n"})
    ET.fromstring(junit.of_problems(odd).split("\n", 1)[1])
