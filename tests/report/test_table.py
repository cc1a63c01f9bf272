"""The list on a terminal."""

import dataclasses
import re
from itertools import count
from pathlib import Path

import pytest

from engine.report.entry import TaskList, code_of
from engine.report.table import Look, render
from engine.report.visits import visits
from engine.text import cut, display_width
from tests.report.campus import at, entry, tasks

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_reads_as_agreed(language: str) -> None:
    expected = (SNAPSHOTS / f"table.{language}.txt").read_text("utf-8")
    assert render(tasks(), Look(language, 110)) == expected


@pytest.mark.parametrize("width", [40, 50, 60, 79, 80, 100, 132, 200])
def test_no_line_of_a_task_is_wider_than_the_screen(width: int) -> None:
    lines = [line for line in render(tasks(), Look("zh", width)).splitlines() if line.startswith("  ")]
    assert lines
    assert max(map(display_width, lines)) <= width


@pytest.mark.parametrize("width", [60, 80, 110, 200])
def test_columns_stand_under_each_other_though_chinese_characters_are_wide(width: int) -> None:
    lines = [line for line in render(tasks(), Look("zh", width)).splitlines() if "S-1" in line or "S-2" in line]
    starts = {
        display_width(line[: line.index(name)]) for line in lines for name in ("张子轩", "Li Lei") if name in line
    }
    assert len(starts) == 1


def test_what_is_late_comes_first_and_what_waits_comes_last() -> None:
    states = [each.state for each in tasks().entries if each.assignee]
    assert states == ["breached", "open", "open", "open", "waiting"]


def test_duties_to_one_parent_on_one_day_are_one_line_that_says_so() -> None:
    text = render(tasks(), Look("zh", 120))
    assert "家长沟通 · 2 件：家长回访、月考沟通" in text
    assert "  bb8pr +1\n" in text
    apart = dataclasses.replace(tasks().entries[2], due_at=at("2026-03-12 20:00"))
    other = TaskList(tasks().as_of, (tasks().entries[1], apart))
    assert "家长沟通" not in render(other, Look("zh", 120))


def test_what_falls_due_later_is_counted_and_not_listed() -> None:
    assert "学习计划" not in render(tasks(), Look("zh", 120))
    assert "共 6 件，列出 5 件：逾期 1, 待办 3, 等待 1；另 1 件 7 天之后到期" in render(tasks(), Look("zh", 120))
    assert "5 of 6 duties shown: 1 late, 3 open, 1 waiting; 1 due in more than 7d" in render(tasks(), Look("en", 120))
    assert "6 duties: 1 late, 4 open, 1 waiting\n" in render(tasks(), Look("en", 120, days=None))
    assert "学习计划" in render(tasks(), Look("zh", 120, days=None))


def test_a_year_without_an_official_holiday_table_is_named() -> None:
    assert "2027 年没有官方放假安排" in render(tasks(), Look("zh", 120))


def test_there_is_colour_on_a_terminal_only() -> None:
    assert "\x1b[" not in render(tasks(), Look("zh", 100))
    assert "\x1b[31m" in render(tasks(), Look("zh", 100, colour=True))


def test_an_empty_list_says_that_nothing_is_owed() -> None:
    assert "Nothing is owed." in render(TaskList(at("2026-03-11 09:00"), ()), Look("en"))


def test_two_tasks_of_one_step_and_case_have_codes_of_their_own() -> None:
    two = tuple(entry("visit", "S-1", "回访", f"2026-03-{day} 18:00", task_id=f"p.visit/S-1/{day}") for day in (12, 13))
    text = render(TaskList(at("2026-03-11 09:00"), two), Look("zh", 120))
    assert [code_of(each.task_id)[:5] in text for each in two] == [True, True]


def test_a_code_grows_until_it_is_the_only_one_of_the_list() -> None:
    ids = (f"p.visit/S-{number}" for number in count())
    first: dict[str, str] = {}
    for task_id in ids:
        other = first.setdefault(code_of(task_id)[:5], task_id)
        if other != task_id:
            break
    pair = [entry("visit", "S-1", "回访", "2026-03-12 18:00", task_id=each) for each in (other, task_id)]
    shown = {visit.code for visit in visits(pair, at("2026-03-11 09:00"))}
    assert len(shown) == 2
    assert all(len(each) > 5 for each in shown)


@pytest.mark.parametrize(("width", "least"), [(80, 24), (100, 26), (200, 44)])
def test_titles_have_room(width: int, least: int) -> None:
    title = "报下周要开家长会、做阶段测试的班和日期和老师"
    late = entry(
        "report", "S-1", title, "2026-03-10 12:00", "breached", escalated_to="lead", escalated_title="学管主管"
    )
    line = render(TaskList(at("2026-03-11 09:00"), (late,)), Look("zh", width)).splitlines()[3]
    assert display_width(cut(title, least)[:-1]) >= least - 2
    assert cut(title, least).rstrip("…") in line


LONG = "the management plan was handed out, and the parent said yes to all of it"


def waiting() -> TaskList:
    entries = (
        entry("call", "S-1", "talk about plans", "2026-03-11 20:00", contact="parent"),
        entry("visit", "S-1", "hand out the management plan to the parent", "2026-03-11 21:00", contact="parent"),
        entry("plans", "S-1", "Week 3: both plans begun", None, "waiting", waiting_for=LONG),
    )
    return TaskList(at("2026-03-11 09:00"), entries)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_what_is_waited_for_and_what_was_merged_is_told_whole(width: int) -> None:
    text = render(waiting(), Look("en", width))
    assert f"waits until {LONG}" in " ".join(text.split())
    assert "talk about plans, hand out the management plan to the parent" in " ".join(text.split())
    assert "…" not in text or width < 60
    assert max(map(display_width, (line for line in text.splitlines() if line.startswith("  ")))) <= width


def test_a_wide_screen_shows_it_in_the_line() -> None:
    line = next(line for line in render(waiting(), Look("en", 180)).splitlines() if "Week 3" in line)
    assert line.endswith(f"waits until {LONG}")


def told(width: int, language: str = "zh", **more: object) -> str:
    title = "报下周要开家长会、做阶段测试的班和日期"
    known = {"escalated_to": "lead", "escalated_title": "学管主管", **more}
    late = entry("report", "S-1", title, "2026-03-10 12:00", "breached", **known)
    return render(TaskList(at("2026-03-11 09:00"), (late,)), Look(language, width))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_who_has_been_told_is_never_left_out(width: int) -> None:
    assert "已上报学管主管" in told(width)
    assert "已上报王主管" in told(width, hearer="T-9", hearer_name="王主管")
    assert "told 王主管" in told(width, "en", hearer="T-9", hearer_name="王主管")


def test_nobody_is_told_of_a_duty_of_their_own() -> None:
    assert "已上报" not in told(100, hearer="T-1", hearer_name="王芳")
    assert "已上报" not in told(100, role="lead")


def test_the_counts_above_and_below_agree_with_what_is_shown() -> None:
    text = render(tasks(), Look("en", 120))
    heads = [int(line.split(" · ")[1].partition(",")[0]) for line in text.splitlines() if re.match(r"\S+.* · \d", line)]
    assert f"{sum(heads)} of 6 duties shown" in text


@pytest.mark.parametrize("width", [100, 110])
@pytest.mark.parametrize("title", ["审查修改后的教学方案", "审查修改后的教学方案和下一阶段的上课安排"])
def test_how_late_it_is_and_of_whom_stand_in_the_line_beside_any_note(width: int, title: str) -> None:
    named = {"case_name": "语文6年级16班", "escalated_to": "lead", "escalated_title": "学管师"}
    late = entry("review", "K016", title, "2026-03-10 12:00", "breached", **named)
    waits = entry("plan", "K014", "排课", None, "waiting", waiting_for="首课后已满意而且都已经签字")
    text = render(TaskList(at("2026-03-11 09:00"), (late, waits)), Look("zh", width))
    line = next(line for line in text.splitlines() if line.startswith("  03-10"))
    assert "逾期 21 小时" in line
    assert "语文6年级16班 K016" in line
    assert "已上报学管师" in text


def test_all_that_is_late_for_one_parent_is_one_visit() -> None:
    entries = (
        entry("talk", "S-1", "月考沟通", "2026-03-08 20:00", "breached", contact="parent"),
        entry("visit", "S-1", "家长回访", "2026-03-09 18:00", "breached", contact="parent"),
        entry("plan", "S-1", "谈学习计划", "2026-03-11 18:00", contact="parent"),
    )
    text = render(TaskList(at("2026-03-11 09:00"), entries), Look("zh", 120))
    assert "  03-08 周日 20:00  逾期 2 天  家长沟通 · 2 件：月考沟通、家长回访" in text
    assert "谈学习计划" in text
