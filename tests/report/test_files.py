"""The list as files: csv, Excel, calendar, Markdown and JSON."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import polars as pl
import pytest

from engine.problems import Refused
from engine.report import files, tasks_csv, tasks_ics, tasks_json, tasks_md, tasks_xlsx
from engine.report.entry import TaskList
from tests.report.campus import at, entry, tasks

SNAPSHOTS = Path(__file__).parent / "snapshots"


def test_json_has_the_agreed_keys_and_moments_with_their_offset() -> None:
    body = json.loads(tasks_json.render(tasks()))
    assert body["as_of"] == "2026-03-11T09:00:00+08:00"
    first = body["tasks"][0]
    agreed = (
        "task_id case_id subject campus process step title role assignee "
        "opened_at due_at state escalated_to source missing"
    )
    assert set(agreed.split()) <= set(first)
    assert first["due_at"] == "2026-03-10T12:00:00+08:00"
    assert first["source"] == ["O-018", "O-019"]
    assert [each["missing"] for each in body["tasks"] if each["step"] == "visit"] == [["minutes"]]
    waiting = next(each for each in body["tasks"] if each["state"] == "waiting")
    assert (waiting["due_at"], waiting["waiting_for"]) == (None, "全款到账")


def test_json_and_markdown_read_as_agreed() -> None:
    assert tasks_json.render(tasks()) == (SNAPSHOTS / "tasks.json").read_text("utf-8")
    assert tasks_md.render(tasks(), "zh") == (SNAPSHOTS / "tasks.md").read_text("utf-8")


def test_csv_opens_in_excel_as_utf_8_with_a_row_for_each_task() -> None:
    text = tasks_csv.render(tasks(), "zh")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 6
    assert (rows[0]["状态"], rows[0]["到期时间"], rows[0]["负责人"]) == ("逾期", "2026-03-10 12:00", "王芳")


def test_a_name_that_looks_like_a_formula_is_only_text() -> None:
    bad = entry("visit", "S-1", "回访", "2026-03-12 18:00", case_name='=HYPERLINK("http://x")')
    assert "'=HYPERLINK" in tasks_csv.render(TaskList(at("2026-03-11 09:00"), (bad,)), "zh")


def test_excel_has_real_dates_and_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    files.write(tasks_xlsx.render(tasks(), "zh"), path)
    sheet = pl.read_excel(path)
    assert sheet["到期时间"].dtype == pl.Datetime("ms")
    assert sheet["到期时间"][0] == datetime(2026, 3, 10, 12)  # noqa: DTZ001 (a spreadsheet knows no zones)
    assert sheet["事项"].to_list()[0] == "首次电话回访家长"
    assert sheet.height == 6


def test_the_calendar_has_stable_ids_and_an_alarm_for_each_task() -> None:
    calendar = icalendar.Calendar.from_ical(tasks_ics.render(tasks(), "zh"))
    events = calendar.walk("VEVENT")
    assert {str(each["uid"]) for each in events} == {
        "one_on_one.first_call/S-1",
        "one_on_one.visit/S-2",
        "one_on_one.month_talk/S-2",
        "one_on_one.renewal/S-2",
        "one_on_one.plan/S-1",
    }
    assert all(each.walk("VALARM") for each in events)
    visit = next(each for each in events if str(each["uid"]) == "one_on_one.visit/S-2")
    assert visit.decoded("dtend") == datetime(2026, 3, 11, 10, tzinfo=UTC)
    late = next(each for each in events if str(each["uid"]) == "one_on_one.first_call/S-1")
    assert late.decoded("dtstart") == at("2026-03-11 00:00").date()


def test_a_file_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="can't be written: No such file or directory"):
        files.write("x", tmp_path / "nowhere" / "list.csv")
    assert list(tmp_path.iterdir()) == []
