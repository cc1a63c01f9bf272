"""What tables answer for whole columns: the rhythm of visits, hit policies, dates, money, what is unknown."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from engine.decisions.columns import DecisionOverlap, answer
from engine.decisions.inner import RowScope
from engine.expr import SpanValue, Value
from tests.decisions.desk import Answers, MakeDesk, Read

VISITS = """
kind: decision_table
id: visit_interval
hit: first
subject: student
inputs:
  month: {type: number, value: months_served + 1}
  stability: {type: choice, of: [stable, unstable]}
outputs: {interval: {type: duration}}
rules:
  - {if: {stability: unstable}, then: {interval: 3 days}}
  - {if: {month: "<= 2"}, then: {interval: 7 days}}
  - {if: {month: "> 2", stability: stable}, then: {interval: 3 weeks}}
  - {if: {month: "> 2", stability: unknown}, then: {interval: usual}}
otherwise: {then: {interval: 1 day}}
---
kind: vocabulary
id: school
parameters: {usual: {type: duration, value: 14 days}}
"""


def test_visits_are_weekly_for_two_months_then_fortnightly_and_denser_for_the_unstable(
    read: Read, answers: Answers
) -> None:
    rows = [(1, "stable"), (2, None), (3, None), (3, "stable"), (9, "unstable"), (1, "unstable"), (None, None)]
    given = [{"month": month, "stability": stability} for month, stability in rows]
    assert answers(read(VISITS), "visit_interval", given) == [7, 7, 14, 21, 3, 3, 1]


def days_of(scope: RowScope, span: Value) -> list[float]:
    assert isinstance(span, SpanValue)
    assert isinstance(span.days, pl.Expr)
    return scope.column(span.days).to_list()


def test_an_input_that_nobody_gives_takes_its_expression_and_one_without_takes_the_name(
    read: Read, desk: MakeDesk
) -> None:
    definitions = read(VISITS)
    rows = [{"months_served": 0.0, "stability": None}, {"months_served": 2.0, "stability": "stable"}]
    scope = desk(rows, {"months_served": "number", "stability": "choice"}, definitions)
    value = answer(definitions.tables["visit_interval"], None, scope)
    assert days_of(scope, value) == [7, 21]
    one = answer(definitions.tables["visit_interval"], "interval", scope, {"month": pl.lit(9)})
    assert days_of(scope, one) == [14, 21]


def test_the_parts_of_a_span_stay_apart(read: Read, desk: MakeDesk) -> None:
    definitions = read("""
kind: decision_table
id: within
hit: unique
inputs: {urgent: {type: yes_no}}
outputs: {due: {type: duration}}
rules:
  - {if: {urgent: yes}, then: {due: 4 working_hours}}
  - {if: {urgent: no}, then: {due: 3 months}}
""")
    scope = desk([{"urgent": True}, {"urgent": False}, {"urgent": None}], {"urgent": "yes_no"}, definitions)
    value = answer(definitions.tables["within"], None, scope)
    assert isinstance(value, SpanValue)
    parts = [scope.column(part if isinstance(part, pl.Expr) else pl.lit(part)).to_list() for part in value.parts()]
    assert parts == [[0, 3, None], [0, 0, None], [0, 0, None], [0, 0, None], [14400, 0, None]]


POINTS = """
kind: decision_table
id: points
hit: HIT
inputs: {lessons: {type: number}, late: {type: yes_no}}
outputs: {points: {type: number}, reason: {type: text}}
rules:
  - {if: {lessons: ">= 10"}, then: {points: lessons / 2, reason: '"勤"'}}
  - {if: {lessons: ">= 20"}, then: {points: 30, reason: '"恒"'}}
  - {if: {late: yes}, then: {points: -5, reason: '"迟"'}}
"""
ROWS = [
    {"lessons": 8, "late": False},
    {"lessons": 8, "late": True},
    {"lessons": 12, "late": False},
    {"lessons": 24, "late": True},
]


def points(hit: str, otherwise: str = "") -> str:
    return POINTS.replace("HIT", hit) + otherwise


def test_first_takes_the_upper_row(read: Read, answers: Answers) -> None:
    definitions = read(points("first"))
    assert answers(definitions, "points", ROWS) == [None, -5, 6, 12]
    assert answers(definitions, "points", ROWS, "reason") == [None, "迟", "勤", "勤"]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [("sum", [0, -5, 6, 37]), ("min", [None, -5, 6, -5]), ("max", [None, -5, 6, 30]), ("count", [0, 1, 1, 3])],
)
def test_collect_puts_all_rows_together(read: Read, answers: Answers, aggregate: str, expected: Any) -> None:
    definitions = read(points(f"collect\naggregate: {aggregate}"))
    assert answers(definitions, "points", ROWS) == expected


def test_collect_answers_otherwise_where_no_row_fits(read: Read, answers: Answers) -> None:
    definitions = read(points("collect\naggregate: max", "otherwise: {then: {points: 1, reason: \"''\"}}\n"))
    assert answers(definitions, "points", ROWS) == [1, -5, 6, 30]


def test_collected_choices_are_one_list(read: Read, answers: Answers) -> None:
    definitions = read("""
kind: decision_table
id: signatures
hit: collect
inputs: {amount: {type: money}, months: {type: number}}
outputs: {who: {type: choices, of: [manager, principal, finance]}}
rules:
  - {if: {amount: "> 0"}, then: {who: [manager]}}
  - {if: {amount: "> 5000"}, then: {who: [principal, finance]}}
  - {if: {months: "> 3"}, then: {who: [finance, manager]}}
""")
    amounts = [(Decimal(0), 1), (Decimal(100), 1), (Decimal("5000.01"), 1), (Decimal(9), 4)]
    rows = [{"amount": amount, "months": months} for amount, months in amounts]
    found = answers(definitions, "signatures", rows)
    assert found == [None, ["manager"], ["manager", "principal", "finance"], ["manager", "finance"]]


def test_two_rows_that_fit_one_case_are_refused_under_unique(read: Read, answers: Answers) -> None:
    definitions = read(points("unique"))
    assert answers(definitions, "points", ROWS[:3]) == [None, -5, 6]
    with pytest.raises(DecisionOverlap) as refused:
        answers(definitions, "points", ROWS)
    assert (refused.value.table, refused.value.rows) == ("points", (1, 2, 3))
    assert refused.value.example == {"lessons": 24, "late": True}
    text = 'rows 1 and 2 and 3 of table "points" take lessons = 24, late = yes: one rule at most may'
    assert str(refused.value) == text


ANY = """
kind: decision_table
id: discount
hit: any
inputs: {siblings: {type: number}, staff: {type: yes_no}}
outputs: {rate: {type: number}}
rules:
  - {if: {siblings: ">= 2"}, then: {rate: 0.9}}
  - {if: {staff: yes}, then: {rate: RATE}}
"""


def test_any_wants_rows_that_fit_together_to_answer_the_same(read: Read, answers: Answers) -> None:
    rows = [{"siblings": 2, "staff": False}, {"siblings": 0, "staff": True}, {"siblings": 3, "staff": True}]
    assert answers(read(ANY.replace("RATE", "1 - 0.1")), "discount", rows) == [0.9, 0.9, 0.9]
    other = read(ANY.replace("RATE", "0.8"))
    assert answers(other, "discount", rows[:2]) == [0.9, 0.8]
    with pytest.raises(DecisionOverlap, match='rows 1 and 2 of table "discount" take siblings = 3, staff = yes: their'):
        answers(other, "discount", rows)


DATED = """
kind: decision_table
id: fee
hit: unique
inputs: {lessons: {type: number}}
outputs: {amount: {type: money}}
rules:
  - {if: {lessons: ">= 0"}, then: {amount: 200}, until: 2026-08-31}
  - {if: {lessons: ">= 0"}, then: {amount: 220.50}, since: 2026-09-01}
"""


def second(day: Any, clock: str = "00:00") -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC).timestamp())


def test_a_dated_row_holds_from_its_first_day_to_its_last(read: Read, answers: Answers) -> None:
    moments = [second("2026-08-31", "23:59"), second("2026-09-01"), second("2027-01-01")]
    found = answers(read(DATED), "fee", [{"lessons": 1, "now": moment} for moment in moments])
    assert found == [Decimal("200.00"), Decimal("220.50"), Decimal("220.50")]


def test_a_dated_row_looks_at_the_start_of_the_task_where_there_is_one(read: Read, answers: Answers) -> None:
    now = second("2026-10-01")
    rows = [{"lessons": 1, "now": now, "start": start} for start in (second("2026-08-01"), now, None)]
    assert answers(read(DATED), "fee", rows) == [Decimal(200), Decimal("220.50"), Decimal("220.50")]


def test_money_is_exact_to_the_cent_and_half_a_cent_goes_up(read: Read, answers: Answers) -> None:
    definitions = read("""
kind: decision_table
id: share
hit: unique
inputs: {price: {type: money}, hours: {type: number}}
outputs: {fee: {type: money}}
rules:
  - {if: {hours: "< 1"}, then: {fee: price * hours}}
  - {if: {hours: ">= 1"}, then: {fee: price / 3 * hours}}
""")
    rows = [("0.01", 0.5), ("2.67", 0.5), ("0.29", 0.1), ("100.00", 3), ("99999999999.99", 0.1)]
    found = answers(definitions, "share", [{"price": Decimal(price), "hours": hours} for price, hours in rows])
    assert found == list(map(Decimal, ["0.01", "1.34", "0.03", "99.99", "10000000000.00"]))


def test_a_table_without_rows_that_fit_answers_nothing_and_no_rows_give_no_answers(
    read: Read, answers: Answers
) -> None:
    definitions = read(points("first"))
    assert answers(definitions, "points", [{"lessons": None, "late": None}]) == [None]
    assert answers(definitions, "points", []) == []


def test_a_choice_is_answered_with_or_without_quotes(read: Read, answers: Answers) -> None:
    definitions = read("""
kind: decision_table
id: level
hit: first
inputs: {score: {type: number, at_least: 0}}
outputs: {level: {type: choice, of: [basic, advanced]}}
rules:
  - {if: {score: ">= 80"}, then: {level: advanced}}
otherwise: {then: {level: '"basic"'}}
""")
    assert answers(definitions, "level", [{"score": 80}, {"score": 79.5}, {"score": None}]) == [
        "advanced",
        "basic",
        "basic",
    ]


def test_a_table_without_inputs_that_matter_answers_every_row(read: Read, answers: Answers) -> None:
    definitions = read("""
kind: decision_table
id: flat
hit: unique
inputs: {hours: {type: number}}
outputs: {fee: {type: money}}
rules: [{then: {fee: 12}}]
""")
    assert answers(definitions, "flat", [{"hours": 1}, {"hours": None}]) == [Decimal(12), Decimal(12)]
