"""What people read of a task, of a step that owes nothing, of a decision and of a statement, word by word."""

import re
from typing import Final

import pytest

from engine.compiler.plan import Plan
from engine.decide import calculate, decide
from engine.explain import explain_task, unclosed, why_not
from engine.telling import decision, statements, why, why_none
from engine.telling import unclosed as unclosed_told
from engine.telling.voice import voice
from tests.telling.conftest import HERE, ZONE, MakeCase, Told, at, event

LANGUAGES: Final = ("zh", "en")
FILE: Final = event("2026-09-29 16:00", "file_accepted", place="二楼", sheets=12.0)
PAID: Final = event("2026-09-30 10:00", "paid_up")
CALL: Final = event("2026-10-08 15:00", "call_logged", typed="2026-10-13 09:00", minutes=3.0, **{"with": "parent"})
ABSENT: Final = [event(f"2026-09-{day} 18:00", "absent") for day in (15, 22)]
MONDAY: Final = event("2026-09-14 11:00", "file_accepted")
NIGHT: Final = event("2026-09-11 19:00", "file_accepted")
WAIVED: Final = event("2026-10-08 10:00", "waive", by="E-2", step="care.call", key="", why="家长出国")

#: The words of a program, which nobody should read.
PROGRAM: Final = re.compile(r"==|!=|<=|>=|or_else|is_known|happened|count\(|\bNone\b|\bnull\b|\d\.0\b|[a-z]+_[a-z]+")

TASKS: Final = {
    # name: events, as of, campus, facts, step
    "waiting": ([FILE], "2026-09-30 09:00", "west", "care.call"),
    "over_the_holidays": ([FILE, PAID], "2026-10-12 09:00", "west", "care.call"),
    "of_the_other_campus": ([FILE, PAID], "2026-10-12 09:00", "east", "care.call"),
    "paused": (
        [FILE, PAID, event("2026-09-30 15:00", "suspended"), event("2026-10-09 10:00", "resumed")],
        "2026-10-12 09:00", "west", "care.call",
    ),
    "done_in_time_and_typed_in_late": ([FILE, PAID, CALL], "2026-10-14 09:00", "west", "care.call"),
    "withdrawn": ([FILE, PAID, event("2026-10-08 11:00", "withdrawn")], "2026-10-09 09:00", "west", "care.call"),
    "waived": ([FILE, PAID, WAIVED], "2026-10-09 09:00", "west", "care.call"),
    "by_a_row_of_a_table": ([FILE, event("2026-10-08 11:00", "withdrawn")], "2026-10-09 09:00", "west", "care.ask_why"),
    "after_another_step": ([FILE, PAID, CALL], "2026-10-08 18:00", "west", "care.check_minutes"),
    "in_working_hours": ([FILE], "2026-10-09 09:00", "west", "care.keep_file"),
    "of_one_who_stands_in": ([FILE], "2026-10-13 09:00", "east", "care.keep_file"),
    "on_a_rest_day": ([MONDAY], "2026-09-14 12:00", "east", "care.report_file"),
    "after_hours": ([NIGHT], "2026-09-11 19:30", "west", "care.report_file"),
}  # fmt: skip

STEPS: Final = {
    "one_event_away": ([*ABSENT], "2026-09-28 09:00", {"stability": "unstable"}, "care.meet"),
    "two_changes_away": ([], "2026-09-28 09:00", {}, "care.meet"),
    "time_alone": ([FILE], "2026-09-30 09:00", {}, "care.visit"),
    "of_another_programme": ([FILE], "2026-09-30 09:00", {"programme": "small_class"}, "care.call"),
    "ended": ([FILE, event("2026-10-09 10:00", "service_ended")], "2026-10-12 09:00", {}, "care.meet"),
    "not_even_the_step_before": ([], "2026-09-28 09:00", {}, "care.check_minutes"),
    "the_step_before_is_open": ([FILE, PAID], "2026-10-08 10:00", {}, "care.check_minutes"),
    "once": ([FILE, PAID, CALL], "2026-10-14 09:00", {}, "care.call"),
}


def same_as(name: str, language: str, text: str) -> bool:
    """Return whether a text is as agreed in `pages/`; a place in a file is told from the school on."""
    shown = re.sub(r"\S*/school/", "school/", text)
    return shown == (HERE / "pages" / f"{name}.{language}.txt").read_text("utf-8")


def told_of(told: Told, step: str, language: str) -> str:
    (key,) = told.case.tasks_of(step)["key"].to_list()
    found = explain_task(told.case, step, key)
    assert found is not None
    return why(found, told.book(language), told.events)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_told_in_sentences(case: MakeCase, name: str, language: str) -> None:
    events, as_of, campus, step = TASKS[name]
    assert same_as(name, language, told_of(case(events, as_of, campus), step, language))


HEADS: Final = {
    "owner": {"zh": "谁来做\n", "en": "Who owes it\n"},
    "ladder": {"zh": "没办结时报给谁\n", "en": "Who hears of it while it is not done\n"},
    "due": {"zh": "什么时候到期\n", "en": "When it is due\n"},
    "over": {"zh": "结果\n", "en": "What became of it\n"},
}


def part_of(told: Told, step: str, head: str, language: str) -> list[str]:
    """Return the lines below a heading of what is told of the one task of a step."""
    after = told_of(told, step, language).partition(HEADS[head][language])[2]
    return [line.strip() for line in after.partition("\n\n")[0].splitlines()]


def test_who_stands_in_is_told_as_the_one_whom_the_case_names(case: MakeCase) -> None:
    told = case([FILE], "2026-10-09 09:00", "east", principal="E-2")
    assert part_of(told, "care.report_file", "owner", "zh") == [
        "东校区没有学管主管，由校长代。",
        "王主管（校长）：学员资料里的校长就是这一位。",
    ]
    assert part_of(told, "care.report_file", "owner", "en") == [
        "East has no lead; the principal stands in.",
        "王主管 (principal): named in the data of the student.",
    ]


def test_what_is_over_is_told_as_owed_by_whom_the_case_named_then(case: MakeCase) -> None:
    told = case([FILE, PAID, CALL, event("2026-10-09 10:00", "set", manager="E-2")], "2026-10-14 09:00")
    assert part_of(told, "care.call", "owner", "zh") == ["李老师（学管师）：了结的时候，学员资料里的学管师是这一位。"]
    assert part_of(told, "care.call", "owner", "en") == [
        "李老师 (learning manager): named in the data of the student when it was over."
    ]
    assert part_of(told, "care.keep_file", "owner", "zh") == ["王主管（学管师）：学员资料里的学管师就是这一位。"]


def test_a_duty_of_the_student_is_told_as_the_students_own(case: MakeCase) -> None:
    told = case([FILE], "2026-10-09 09:00")
    assert part_of(told, "care.sign", "owner", "zh") == ["张子轩：这件事由学员自己做。"]
    assert part_of(told, "care.sign", "owner", "en") == ["张子轩: it is for the student to do."]


STOPPED: Final = event("2026-10-08 12:30", "suspended")
RESUMED: Final = event("2026-10-12 09:00", "resumed")


def test_while_the_clock_stands_still_rungs_not_yet_reached_have_no_moment(case: MakeCase) -> None:
    told = case([FILE, PAID, STOPPED], "2026-10-09 09:00")
    assert part_of(told, "care.call", "ladder", "zh") == [
        "● 2026-10-08 周四 11:45 已报给学管师",
        "○ 报给学管主管：停表，恢复后再算",
    ]
    assert part_of(told, "care.call", "ladder", "en") == [
        "● 2026-10-08 Thu 11:45 went to the learning manager",
        "○ to the lead; the clock stands still, the moment is worked out again when it goes on",
    ]


def test_a_rung_reached_before_a_pause_keeps_its_moment(case: MakeCase) -> None:
    told = case([FILE, PAID, STOPPED, RESUMED], "2026-10-12 10:00")
    assert part_of(told, "care.call", "ladder", "en") == [
        "● 2026-10-08 Thu 11:45 went to the learning manager",
        "○ 2026-10-12 Mon 10:45 to the lead",
    ]


def test_no_rung_lies_inside_a_pause(case: MakeCase) -> None:
    told = case([FILE, event("2026-09-30 16:30", "suspended"), RESUMED], "2026-10-12 10:00")
    assert part_of(told, "care.stamp", "ladder", "en") == ["● 2026-10-12 Mon 09:00 went to the lead"]


def test_the_field_that_names_the_task_is_not_told(case: MakeCase) -> None:
    signed = event("2026-09-30 10:00", "care.sign", task_key="", copies=2.0)
    told = case([FILE, signed], "2026-10-09 09:00")
    assert part_of(told, "care.sign", "over", "en")[1:] == ["it says “copies”: 2"]


def test_the_end_of_day_beside_another_moment_says_of_which_day(case: MakeCase) -> None:
    told = case([FILE], "2026-09-29 18:00")
    assert "开始计时那天（09-29）24 点" in part_of(told, "care.sign", "due", "zh")[1]
    assert "the end of the day on which its clock started (09-29)" in part_of(told, "care.sign", "due", "en")[1]
    paused = case([FILE, event("2026-09-29 17:00", "suspended")], "2026-09-29 18:00")
    assert "the end of that day" in part_of(paused, "care.sign", "due", "en")[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_owes_nothing_says_why_and_what_would_change_it(case: MakeCase, name: str, language: str) -> None:
    events, as_of, facts, step = STEPS[name]
    told = case(events, as_of, **facts)
    assert same_as(name, language, why_none(why_not(told.case, step), "S-1", told.book(language), ZONE))


def test_what_is_told_to_change_it_changes_it(case: MakeCase) -> None:
    events, as_of, facts, step = STEPS["one_event_away"]
    (change,) = why_not(case(events, as_of, **facts).case, step).changes
    assert (change.act, change.name) == ("record", "absent")
    later = case([*events, event("2026-09-28 09:00", change.name)], as_of, **facts)
    assert later.case.tasks_of(step)["state"].to_list() == ["open"]
    (wait,) = why_not(case([FILE], "2026-09-30 09:00").case, "care.visit").changes
    assert wait.at == at("2026-10-08 10:00")  # Thursday 1 October is a holiday


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_says_of_each_row_what_did_not_fit(school: Plan, case: MakeCase, language: str) -> None:
    found = decide(school.definitions, "fee", {"taken": "5"}, at("2026-09-28 09:00"))
    assert same_as("decision", language, decision(found, case([], "2026-09-28 09:00").book(language), ZONE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_compares_days(school: Plan, case: MakeCase, language: str) -> None:
    days = ("2026-09-10", "2026-09-20", "2026-09-30")
    told = [case(ABSENT, f"{day} 09:00") for day in days]
    found = [
        calculate(school.definitions, "refund", {}, each.case.as_of, each.case.row, each.case.world.log)
        for each in told
    ]
    assert same_as("statement", language, statements(found, days, "S-1", told[0].book(language), ZONE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_that_closed_nothing_says_why(case: MakeCase, language: str) -> None:
    early = event("2026-10-08 14:00", "meeting_held")
    told = case([FILE, PAID, CALL, early], "2026-10-09 09:00")
    (key,) = told.case.tasks_of("care.check_minutes")["key"].to_list()
    other = told.case.supposing(told.case.world.log, told.case.as_of)
    found = unclosed(other, "care.check_minutes", key, 4)
    assert found is not None
    process, step = other.variant("care.check_minutes")
    speaker = voice(told.book(language), process, "west", None)
    assert same_as("unclosed", language, "\n".join(unclosed_told(speaker, step, found, early.at)) + "\n")


def test_no_text_speaks_as_a_program() -> None:
    for path in sorted((HERE / "pages").iterdir()):
        for line in path.read_text("utf-8").splitlines()[1:]:
            words = re.sub(r"care\.\w+(/\S+)?|school/\w+\.yaml", "", line)
            assert not PROGRAM.findall(words), (path.name, line)


def test_chinese_has_no_english_words() -> None:
    for path in sorted((HERE / "pages").glob("*.zh.txt")):
        for line in path.read_text("utf-8").splitlines()[1:]:
            words = re.sub(r"care\.\w+(/\S+)?|school/\w+\.yaml|dueline explain", "", line)
            assert not re.findall(r"[A-Za-z]{3,}", words), (path.name, line)
