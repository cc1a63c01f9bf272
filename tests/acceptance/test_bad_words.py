"""What people type at a command: one clear message with the nearest name, the right exit code, nothing written."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.conftest import Run

DIGITS = "9" * 400

REFUSED = [
    (["record", "visit_logged", "S-1"], "with: is required and missing"),
    (["record", "visit_logged", "S-1", "with=mother"], 'with "mother": expected one of parent, student'),
    (["record", "visit_logged", "S-1", "with=parent", "minutes=x"], 'minutes "x": expected a number'),
    (["record", "visit_logged", "S-1", "with=parent", "minutes=-3"], 'minutes "-3": may not be less than 0'),
    (["record", "visit_logged", "S-1", "with=parent", "minutes=nan"], 'minutes "nan": expected a number'),
    (["record", "visit_logged", "S-1", "with=parent", f"minutes={DIGITS}"], 'minutes "9999999999999999999999'),
    (
        ["record", "visit_logged", "S-1", "with=parent", "minutse=3"],
        '"minutse" is not a field of "visit_logged (visit)"; did you mean "minutes"?',
    ),
    (["record", "visit_logged", "T-1", "with=parent"], 'event "visit_logged" is of a student, and T-1 is a staff'),
    (["record", "file_accepted", "S-1", "--at", "2026-03-04 13:01"], "2026-03-04 13:01 has not come yet"),
    (["record", "file_accepted", "S-1", "--at", "1999-01-01"], "1999-01-01 00:00 is before the case existed"),
    (["record", "file_accepted", "S-1", "--by", "王方"], 'there is no person "王方"; did you mean "王芳"?'),
    (["record", "set", "S-1", "paid=maybe"], 'paid "maybe": expected yes or no'),
    (["record", "set", "S-1", "name="], "name may not be empty"),
    (
        ["record", "set", "S-1", "learning_manager=T-9"],
        'learning_manager: there is no staff "T-9"; did you mean "T-2"?',
    ),
    (["done", "call/S", "minutes=5"], '"call/S" may mean 2 tasks:\n  visits.first_call/S-1\n  visits.first_call/S-10'),
    (["done", "first_call/S-1"], "visits.first_call/S-1 needs: minutes=number (minutes)"),
    (["done", "greet/S-1", "--by", "T-9", "words=x"], 'there is no person "T-9"; did you mean "T-2"?'),
    (["done", " "], 'there is no task " "; dueline tasks lists them'),
    (["explain", ""], 'there is no task ""; dueline tasks lists them'),
    (["void", "99", "--by", "T-1", "--why", "x"], 'there is no event "99"'),
    (["void", DIGITS[:30], "--by", "T-1", "--why", "x"], f'there is no event "{DIGITS[:30]}"'),
    (["tasks", "--state", "opn"], 'there is no state "opn"; did you mean "open"?'),
    (["tasks", "--case", "S-99"], 'there is no case "S-99"; expected one of "S-1"'),
    (["daily", "--campus", "xuhiu"], 'there is no campus "xuhiu"; did you mean "xuhui"?'),
    (["daily", "--role", "learning manger"], 'there is no role "learning manger"; did you mean "learning manager"?'),
    (["daily", "--who", "王方"], 'there is no person "王方"; did you mean "王芳"?'),
    (["daily", "--as-of", "0001-01-01"], '--as-of "0001-01-01" is outside the years 1970 to 2199'),
    (["daily", "--as-of", "9999-12-31"], '--as-of "9999-12-31" is outside the years 1970 to 2199'),
    (["show", "vists"], 'there is no process "vists"; did you mean "visits"?'),
    (["decide", "nope"], 'there is no decision table or calculation "nope"; expected one of "call_fee", "discount"'),
    (["decide", "call_fee", "T-1"], '"call_fee" is of a student, and T-1 is a staff'),
    (["decide", "call_fee", "paid=yes"], "without a case call_fee needs also: minutes=number (minutes)"),
    (["refund", "S-1"], 'there is no calculation "refund"'),
    (["report", "sla", "--from", "2026-03-02", "--to", "2026-03-01"], '--from "2026-03-02" is after --to "2026-03-01"'),
    (["report", "sla", "--campus", "xuhiu"], 'there is no campus "xuhiu"; did you mean "xuhui"?'),
    (["plan", "--baseline", "nope", "--candidate", "."], '"nope" is neither a folder nor a git revision'),
]

MISUSED = [
    (["waive", "greet/S-1", "--by", "T-1"], "Missing option '--why'"),
    (["waive", "greet/S-1", "--by", "T-1", "--why", " "], "--why may not be empty"),
    (["waive", "greet/S-1", "--by", "", "--why", "x"], "--by may not be empty"),
    (["void", "1", "--by", "T-1", "--why", ""], "--why may not be empty"),
    (["void", "one", "--by", "T-1", "--why", "x"], "Invalid value for 'EVENT_ID'"),
    (["record", "set", "S-1"], "FIELD=VALUE may not be empty"),
    (["record", "file_accepted", "S-1", "--at", "2026-03-04 25:00"], '--at "2026-03-04 25:00" is not a moment'),
    (["daily", "--as-of", "99999-01-01"], '--as-of "99999-01-01" is not a moment'),
    (["daily", "--format", "yaml"], "'yaml' is not one of"),
    (["daily", "--days", "-1"], "Invalid value for '--days'"),
    (["daily", "--lang", "fr"], "'fr' is not one of"),
    (["forecast", "--days", "0"], "Invalid value for '--days'"),
    (["report", "sales"], "'sales' is not one of"),
    (["import"], "Missing argument 'FILE..'"),
]


def written(folder: Path) -> list[object]:
    """Return all that the store holds but its runs."""
    store = sqlite3.connect(folder / "dueline.db")
    try:
        return [row for table in ("cases", "events", "tasks") for row in store.execute(f"SELECT * FROM {table}")]
    finally:
        store.close()


@pytest.mark.parametrize(("command", "message"), REFUSED, ids=[" ".join(each[0])[:60] for each in REFUSED])
def test_a_refusal_names_what_is_wrong(school: Run, tmp_path: Path, command: list[str], message: str) -> None:
    school("daily")
    before = written(tmp_path)
    said = school(*command)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(message)
    assert max(map(len, said.err.splitlines())) < 200
    assert written(tmp_path) == before


@pytest.mark.parametrize(("command", "message"), MISUSED, ids=[" ".join(each[0])[:60] for each in MISUSED])
def test_what_is_typed_wrongly_is_exit_code_2(school: Run, tmp_path: Path, command: list[str], message: str) -> None:
    before = written(tmp_path)
    said = school(*command)
    assert (said.code, said.out) == (2, "")
    assert message in " ".join(said.err.split())
    assert written(tmp_path) == before


def test_a_closed_task_is_closed(school: Run) -> None:
    assert school("done", "greet/S-1", "words=hello").code == 0
    assert school("done", "greet/S-1", "words=again").err == "visits.greet/S-1 is already done\n"
    assert school("waive", "greet/S-1", "--by", "T-1", "--why", "x").err == "visits.greet/S-1 is already done\n"


def test_a_state_may_be_named_by_its_title(school: Run) -> None:
    school("daily")
    assert (
        school("tasks", "--state", "逾期", "--format", "json").out
        == school("tasks", "--state", "late", "--format", "json").out
    )


def test_who_did_it_may_be_named(school: Run, tmp_path: Path) -> None:
    assert school("record", "visit_logged", "S-1", "with=student", "--by", "李雷").code == 0
    assert "T-2" in next(row for row in written(tmp_path) if "visit_logged" in row)  # type: ignore[operator]


@pytest.mark.parametrize("day", ["1999-01-01", "2019-06-01", "2060-01-01", "2199-12-31"])
@pytest.mark.parametrize("command", ["daily", "forecast", "report sla", "explain S-1 first_call", "tasks"])
def test_a_day_decades_away_has_an_answer(school: Run, command: str, day: str) -> None:
    option = {"report": "--to", "tasks": ""}.get(command.split(maxsplit=1)[0], "--as-of")
    if not option:
        school("daily", "--as-of", day)
    said = school(*command.split(), *([option, day] if option else []))
    assert (said.code, said.err) == (0, "") or (said.code == 1 and "1970 to 2199" in said.err)
    assert said.out or said.err


def test_far_away_what_was_due_is_late_and_the_day_after_all_is_as_before(school: Run) -> None:
    today = tasks_of(school("daily", "--format", "json").out)
    assert "12355d late" in school("daily", "--as-of", "2060-01-01").out
    assert school("daily", "--as-of", "1999-01-01").out.splitlines()[2] == "Nothing is owed."
    assert tasks_of(school("daily", "--format", "json").out) == today
    assert tasks_of(school("tasks", "--format", "json").out) == today


def tasks_of(text: str) -> object:
    return json.loads(text)["tasks"]
