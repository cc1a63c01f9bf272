"""Figures: counts by campus, person and case, ratios, targets, ranks, cases at a period's end, tasks, samples."""

from datetime import date

import polars as pl
import pytest

from engine import figures as fig
from engine.calendars.zones import moment_of
from engine.frames import TASKS
from engine.load.workspace import load_texts
from engine.model import Definitions
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame

ZONE = "Asia/Shanghai"
WORDS = """
kind: vocabulary
id: words
roles: {learning_manager: manager}
subjects:
  student:
    fields:
      name: {type: text}
      learning_manager: {type: reference, to: staff}
    events:
      visit: {by: learning_manager, fields: {outcome: {type: choice, of: [good, bad]}, minutes: {type: number}}}
      paid: {by: learning_manager, fields: {amount_cny: {type: money, required: true}}}
      answered:
        by: learning_manager
        fields: {term: {type: text, required: true}, score: {type: number, required: true}}
      left: {by: learning_manager}
  staff:
    fields: {role: {type: text}}
    events:
      planned: {by: learning_manager, fields: {goal: {type: number, required: true}}}
  campus:
    fields: {name: {type: text}}
    events:
      handed_down:
        by: learning_manager
        fields: {for_month: {type: text, required: true}, goal: {type: number, required: true}}
parameters: {enough: {type: number, value: 2}}
"""
FIGURES = """
kind: figures
figures:
  visits: {value: count(visit), per: [campus, learning_manager, case, all]}
  good: {value: 'count(visit, if=is_known(outcome) and outcome == "good")', per: [campus, learning_manager]}
  share_good: {value: good / visits, unit: "%", target: "> 50 %", per: [campus, learning_manager]}
  minutes: {value: 'mean(visit, minutes)'}
  paid: {value: 'sum(paid, amount_cny)', unit: CNY}
  visits_a_day: {value: visits, period: day}
  enough_visits: {value: visits, target: ">= enough"}
  rank: {rank: visits, per: [learning_manager]}
  fewest: {rank: visits, lowest_first: true, per: [learning_manager]}
  here: {cases: student, if: not happened(left)}
  goal: {value: 'sum(handed_down, goal)', dated_by: for_month}
  up_to_goal: {value: visits, target: ">= goal"}
  reached: {value: visits / goal, unit: "%"}
  planned: {value: 'sum(planned, goal)', earlier: 1, per: [learning_manager]}
  nps:
    value: (count(answered, if=score >= 9) - count(answered, if=score <= 6)) / count(answered) * 100
    period: named
    dated_by: term
"""
CASES = [
    ("S-1", "student", "xuhui", {"learning_manager": "M-1"}),
    ("S-2", "student", "xuhui", {"learning_manager": "M-2"}),
    ("S-3", "student", "pudong", {"learning_manager": "M-3"}),
    ("M-1", "staff", "xuhui", {"role": "learning_manager"}),
    ("M-2", "staff", "xuhui", {"role": "learning_manager"}),
    ("M-3", "staff", "pudong", {"role": "learning_manager"}),
    ("M-4", "staff", "pudong", {"role": "teacher"}),
    ("C-1", "campus", "xuhui", {"name": "徐汇"}),
]
EVENTS = [
    ("S-1", "visit", "2026-03-01 00:00", {"outcome": "good", "minutes": 10.0}),
    ("S-1", "visit", "2026-03-31 23:59", {"outcome": "bad", "minutes": 30.0}),
    ("S-1", "visit", "2026-04-01 00:00", {"outcome": "good"}),
    ("S-2", "visit", "2026-03-10 09:00", {"outcome": "good"}),
    ("S-3", "visit", "2026-03-10 09:00", {}),
    ("S-1", "paid", "2026-03-10 09:00", {"amount_cny": "1200.50"}),
    ("S-1", "paid", "2026-03-11 09:00", {"amount_cny": "799.50"}),
    ("S-3", "left", "2026-03-20 09:00", {}),
    ("M-1", "planned", "2026-02-27 09:00", {"goal": 12.0}),
    ("C-1", "handed_down", "2026-02-25 09:00", {"for_month": "2026-03", "goal": 6.0}),
    ("S-1", "answered", "2026-03-10 09:00", {"term": "2026春", "score": 10.0}),
    ("S-2", "answered", "2026-03-10 09:00", {"term": "2026春", "score": 9.0}),
    ("S-3", "answered", "2026-03-10 09:00", {"term": "2026春", "score": 6.0}),
]
AS_OF = moment_of("2026-04-15 09:00", ZONE)


def at(text: str) -> int:
    return moment_of(text, ZONE)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    loaded = load_texts({"words.yaml": WORDS, "figures.yaml": FIGURES})
    assert not loaded.problems
    return loaded.definitions


@pytest.fixture(scope="module")
def table(definitions: Definitions) -> pl.DataFrame:
    cases, log = facts(definitions)
    return fig.figures(definitions, cases, log, date(2026, 3, 1), date(2026, 3, 31), AS_OF)


def facts(definitions: Definitions) -> tuple[pl.DataFrame, MemoryLog]:
    rows = [
        {
            "case_no": number,
            "case_id": case_id,
            "subject": subject,
            "campus": campus,
            "created_at": at("2026-01-05 09:00"),
            "fields": fields,
        }
        for number, (case_id, subject, campus, fields) in enumerate(CASES)
    ]
    numbers = {row["case_id"]: row["case_no"] for row in rows}
    events = [NewEvent(numbers[case], event, at(when), at(when), data=data) for case, event, when, data in EVENTS]  # type: ignore[arg-type]
    return case_frame(rows), MemoryLog(definitions, rows, events)


def values(table: pl.DataFrame, figure: str, per: str = "campus") -> dict[str, float | None]:
    rows = table.filter((pl.col("figure") == figure) & (pl.col("per") == per))
    return dict(rows.select("of", "value").iter_rows())


def test_a_month_begins_at_midnight_and_ends_before_the_next(table: pl.DataFrame) -> None:
    assert values(table, "visits") == {"pudong": 1.0, "xuhui": 3.0}
    assert values(table, "visits", "all") == {"": 4.0}


def test_a_manager_has_the_visits_of_their_students(table: pl.DataFrame) -> None:
    assert values(table, "visits", "learning_manager") == {"M-1": 2.0, "M-2": 1.0, "M-3": 1.0}


def test_a_student_has_their_own(table: pl.DataFrame) -> None:
    assert values(table, "visits", "case") == {"S-1": 2.0, "S-2": 1.0, "S-3": 1.0}


def test_a_share_is_in_per_cent_and_half_is_not_over_half(table: pl.DataFrame) -> None:
    shown = table.filter((pl.col("figure") == "share_good") & (pl.col("per") == "learning_manager"))
    assert dict(zip(shown["of"], shown["value"], strict=True)) == {"M-1": 50.0, "M-2": 100.0, "M-3": 0.0}
    assert dict(zip(shown["of"], shown["met"], strict=True)) == {"M-1": False, "M-2": True, "M-3": False}
    assert set(shown["target_value"]) == {50.0}


def test_a_mean_of_nothing_is_unknown(table: pl.DataFrame) -> None:
    assert values(table, "minutes") == {"pudong": None, "xuhui": 20.0}


def test_money_adds_up(table: pl.DataFrame) -> None:
    assert values(table, "paid") == {"pudong": 0.0, "xuhui": 2000.0}


def test_a_daily_figure_has_a_row_a_day(table: pl.DataFrame) -> None:
    days = table.filter((pl.col("figure") == "visits_a_day") & (pl.col("of") == "xuhui"))
    assert days.height == 31
    assert dict(days.filter(pl.col("value") > 0).select("period", "value").iter_rows()) == {
        "2026-03-01": 1.0,
        "2026-03-10": 1.0,
        "2026-03-31": 1.0,
    }


def test_a_target_may_be_a_parameter(table: pl.DataFrame) -> None:
    rows = table.filter(pl.col("figure") == "enough_visits")
    assert dict(rows.select("of", "met").iter_rows()) == {"pudong": False, "xuhui": True}


def test_a_target_that_nobody_set_is_neither_met_nor_missed(table: pl.DataFrame) -> None:
    rows = table.filter(pl.col("figure") == "up_to_goal")
    assert dict(rows.select("of", "met").iter_rows()) == {"pudong": None, "xuhui": False}


def test_equals_share_a_rank_and_the_order_may_be_turned(table: pl.DataFrame) -> None:
    assert values(table, "rank", "learning_manager") == {"M-1": 1.0, "M-2": 2.0, "M-3": 2.0}
    assert values(table, "fewest", "learning_manager") == {"M-1": 3.0, "M-2": 1.0, "M-3": 1.0}


def test_cases_are_counted_at_the_end_of_the_period(table: pl.DataFrame) -> None:
    assert values(table, "here") == {"pudong": 0.0, "xuhui": 2.0}


def test_a_sheet_that_names_its_month_counts_there(table: pl.DataFrame) -> None:
    assert values(table, "goal") == {"pudong": 0.0, "xuhui": 6.0}
    assert values(table, "reached") == {"pudong": None, "xuhui": 50.0}


def test_last_months_plan_is_this_months_target(table: pl.DataFrame) -> None:
    assert values(table, "planned", "learning_manager") == {"M-1": 12.0, "M-2": 0.0, "M-3": 0.0}


def test_a_term_is_a_period_by_name(table: pl.DataFrame) -> None:
    rows = table.filter(pl.col("figure") == "nps")
    assert dict(rows.select("of", "value").iter_rows()) == {"pudong": -100.0, "xuhui": 100.0}
    assert set(rows["period"]) == {"2026春"}


def test_tasks_are_counted_by_their_due_moment() -> None:
    process = """
kind: process
id: care
subject: student
steps:
  call: {role: learning_manager, opens: {on: paid}, due: 1 days, done: visit}
"""
    figures = (
        'kind: figures\nfigures:\n  kept: {tasks: [care.call], if: state == "done", per: [campus, learning_manager]}\n'
    )
    loaded = load_texts({"words.yaml": WORDS, "care.yaml": process, "figures.yaml": figures})
    assert not loaded.problems
    assert not fig.problems(loaded.definitions)
    cases, log = facts(loaded.definitions)
    tasks = task_rows(
        [
            ("S-1", 0, "xuhui", "2026-03-31 23:00", "done", "M-1"),
            ("S-2", 1, "xuhui", "2026-04-01 00:00", "done", "M-2"),
            ("S-1", 0, "xuhui", "2026-03-05 09:00", "breached", "M-1"),
        ]
    )
    found = fig.figures(loaded.definitions, cases, log, date(2026, 3, 1), date(2026, 3, 31), AS_OF, tasks=tasks)
    assert values(found, "kept") == {"pudong": 0.0, "xuhui": 1.0}
    assert values(found, "kept", "learning_manager")["M-1"] == 1.0


def task_rows(rows: list[tuple[str, int, str, str, str, str]]) -> pl.DataFrame:
    made = [
        {
            "case_id": case,
            "case_no": number,
            "subject": "student",
            "campus": campus,
            "process": "care",
            "step": "call",
            "role": "learning_manager",
            "due_at": at(due),
            "state": state,
            "assignee": who,
            "closed_at": at("2026-04-02 23:00") if state == "done_late" else None,
            "late_entry": False,
        }
        for case, number, campus, due, state, who in rows
    ]
    return pl.DataFrame(made, schema={name: TASKS[name] for name in made[0]}).select(
        pl.col(name) if name in made[0] else pl.lit(None, dtype=dtype).alias(name) for name, dtype in TASKS.items()
    )


def test_the_sla_report_says_what_was_kept_late_and_still_open() -> None:
    tasks = task_rows(
        [
            ("S-1", 0, "xuhui", "2026-03-02 09:00", "done", "M-1"),
            ("S-1", 0, "xuhui", "2026-04-02 09:00", "done_late", "M-1"),
            ("S-1", 0, "xuhui", "2026-03-04 09:00", "cancelled", "M-1"),
            ("S-2", 1, "xuhui", "2026-04-15 07:00", "breached", "M-2"),
            ("S-2", 1, "xuhui", "2026-06-30 09:00", "open", "M-2"),
        ]
    )
    found = fig.promises(tasks, at("2026-03-01 00:00"), at("2026-04-30 23:59"), AS_OF, by=("holder",))
    rows = {row["holder"]: row for row in found.to_dicts()}
    assert (rows["M-1"]["due"], rows["M-1"]["in_time"], rows["M-1"]["late"]) == (2, 1, 1)
    assert (rows["M-1"]["in_time_share"], rows["M-1"]["hours_late"]) == (0.5, 14.0)
    assert (rows["M-2"]["due"], rows["M-2"]["breached"], rows["M-2"]["hours_late"]) == (1, 1, 2.0)
    assert next(iter(rows)) == "M-2"


def test_the_sample_is_the_same_for_whoever_draws_it_and_another_next_month() -> None:
    cases = pl.DataFrame(
        {
            "case_id": [f"S-{n}" for n in range(60)],
            "subject": ["student"] * 60,
            "campus": ["xuhui"] * 30 + ["pudong"] * 30,
        }
    )
    march = fig.audit_sample(cases, "2026-03")
    assert march.equals(fig.audit_sample(cases.sample(fraction=1.0, shuffle=True, seed=3), "2026-03"))
    assert march.group_by("campus").len().sort("campus")["len"].to_list() == [3, 3]
    assert set(march["case_id"]) != set(fig.audit_sample(cases, "2026-04")["case_id"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x: {value: count(visitt)}", 'no event "visitt"'),
        ("x: {value: count(visit), target: much}", '"much" is no target'),
        ("x: {value: count(visit), per: [nobody]}", 'there is no owner "nobody"'),
        ("x: {value: count(visit), rank: y}", "exactly one of"),
        ("x: {tasks: [care.call]}", 'there is no step "care.call"'),
        ("x: {value: count(visit), period: named}", 'no field under "dated_by"'),
        ("x: {value: x + 1}", "goes round"),
        ("x: {value: count(visit), dated_by: outcomme}", "no event of it has the field"),
    ],
)
def test_a_figure_that_cannot_be_worked_out_is_told(line: str, message: str) -> None:
    loaded = load_texts({"words.yaml": WORDS, "figures.yaml": f"kind: figures\nfigures:\n  {line}\n"})
    assert not loaded.problems
    assert any(message in each.message for each in fig.problems(loaded.definitions)), fig.problems(loaded.definitions)
