"""Rates of every type do as conditions what they say: a list, a moment; and a form asks by them for what it lacks."""

import re
from pathlib import Path

from tests.cli.conftest import Run

VOCABULARY = """
kind: vocabulary
id: v
title: v
roles: {manager: manager}
subjects:
  pupil:
    title: pupil
    fields: {full_name: {type: text}, paid: {type: yes_no}}
    events:
      accepted: {title: accepted, by: manager, fields: {lesson: {type: text}}}
      called: {title: called, by: manager, fields: {reason: {type: text, required_if: "not or_else(paid, no)"}}}
parameters:
  since: {type: moment, value: "2026-03-02 09:30", title: since, reason: the handbook}
  wanted: {type: choices, of: [a, b, c], value: [a, b], title: wanted, reason: the handbook}
"""
PROCESS = """
kind: process
id: p
title: p
subject: pupil
steps:
  call: {title: call, role: manager, opens: {on: accepted}, due: 1 days, done: {by: called, if: CONDITION}}
"""
SCENARIO = """
kind: scenarios
process: p
scenarios:
  - name: the call
    case: {paid: PAID}
    events:
      - {at: "2026-03-02 09:00", event: accepted, lesson: L1}
      - {at: "2026-03-02 10:00", event: called}
    as_of: "2026-03-02 11:00"
    tasks: [{step: call, state: STATE}]
"""


def _write(folder: Path, condition: str, state: str, paid: str = "yes") -> None:
    (folder / "v.yaml").write_text(VOCABULARY, "utf-8")
    (folder / "p.yaml").write_text(PROCESS.replace("CONDITION", condition), "utf-8")
    (folder / "s.yaml").write_text(SCENARIO.replace("STATE", state).replace("PAID", paid), "utf-8")


def _tested(run: Run, folder: Path) -> str:
    said = run("test", str(folder))
    return said.out + said.err


def test_a_list_and_a_moment_are_rates_like_any_other(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rates"
    folder.mkdir()
    for condition, state in (
        ("'has(wanted, \"a\") and now > since'", "done"),
        ("'has(wanted, \"c\")'", "open"),
        ("'now < since'", "open"),
    ):
        _write(folder, condition, state)
        assert "1 scenarios passed" in _tested(run, folder)


def test_what_the_case_makes_required_is_not_asked_of_a_form_that_need_not_have_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rates"
    folder.mkdir()
    for paid, state in (("yes", "done"), ("no", "open")):
        _write(folder, "'has(wanted, \"a\")'", state, paid)
        assert "1 scenarios passed" in _tested(run, folder)


def test_the_opening_event_is_not_asked_about_in_a_condition_on_other_events(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rates"
    folder.mkdir()
    _write(folder, '\'happened(accepted, if=or_else(lesson, "x") == or_else(opening(lesson), "y"))\'', "open")
    said = run("check", str(folder))
    assert said.code == 1
    assert re.search(r"p\.yaml:7:\d+: in an if= stand the fields of that event", said.out + said.err)
