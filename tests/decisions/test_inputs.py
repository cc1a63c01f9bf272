"""What the definitions say of inputs: a count has no halves, what may not have happened may be unknown."""

from types import ModuleType
from typing import Any

import pytest

from engine.checks import decision_collect, decision_gap, decision_overlap, decision_unreachable
from tests.decisions.desk import Read

SCHOOL = """
kind: vocabulary
id: school
subjects:
  student:
    fields:
      grade: {type: number}
      programme: {type: choice, of: [one_on_one, small_class], required: true}
    events:
      lesson_attended: {by: teacher, fields: {hours: {type: number, required: true}, score: {type: number}}}
    formulas:
      month: {value: "months_between(or_else(first(lesson_attended), now), now) + 1"}
parameters:
  line: {type: number, values: {2020-01-01: 3}}
  share: {type: number, values: {2020-01-01: 3, 2026-01-01: 2.5}}
"""
TABLE = """
kind: decision_table
id: t
subject: student
inputs: {x: {type: number, INPUT}}
outputs: {answer: {type: number}}
rules:
  - {if: {x: "<= 2"}, then: {answer: 1}}
  - {if: {x: ">= 3"}, then: {answer: 2}}
"""
HALVES = "2 < x < 3 (such as x = 2.5)"


def messages(read: Read, text: str, check: ModuleType = decision_gap) -> list[str]:
    return [each.message for each in check.check(read(text))]


@pytest.mark.parametrize(
    ("value", "gap"),
    [
        ("count(lesson_attended)", ""),
        ("month", ""),
        ("min_of(month, 6) - 1", ""),
        ("line if month > 2 else 1", ""),
        ("day(now) * 2", ""),
        ("or_else(floor(mean(lesson_attended, hours)), 0)", ""),
        ("share", HALVES),
        ("sum(lesson_attended, hours)", HALVES),
        ("month / 2", HALVES),
        ("grade", f"{HALVES} or x unknown"),
        ("latest(lesson_attended, score)", f"{HALVES} or x unknown"),
        ("or_else(grade, 1)", HALVES),
    ],
)
def test_a_table_is_searched_over_what_its_input_can_be(read: Read, value: Any, gap: str) -> None:
    found = messages(read, SCHOOL + "\n---\n" + TABLE.replace("INPUT", f'value: "{value}"'))
    told = gap.replace(" (such as x = 2.5) or x unknown", " or x unknown (such as x = 2.5)")
    assert found == ([f'no rule of table "t" takes {told}'] if gap else [])


REFUND = """
kind: calculation
id: refund
subject: student
inputs: {paid: {type: money, required: true}GIVEN}
lines: {n: {type: number, amount: decide(t)}}
result: n
"""


@pytest.mark.parametrize(
    ("given", "gap"),
    [
        ("", ""),
        (", x: {type: number, value: count(lesson_attended)}", ""),
        (', x: {type: number, value: "sum(lesson_attended, hours)"}', HALVES),
        (", x: {type: number, value: grade}", "2 < x < 3 or x unknown (such as x = 2.5)"),
        (", x: {type: number, value: grade, required: true}", HALVES),
    ],
)
def test_a_calculation_that_asks_the_table_gives_it_values_too(read: Read, given: Any, gap: str) -> None:
    text = SCHOOL + "\n---\n" + TABLE.replace("INPUT", "value: month") + "\n---\n" + REFUND.replace("GIVEN", given)
    assert messages(read, text) == ([f'no rule of table "t" takes {gap}'] if gap else [])


def test_a_gap_of_some_days_says_which(read: Read) -> None:
    text = TABLE.replace("INPUT", "required: true, at_least: 3").replace("answer: 2}", "answer: 2}, since: 2026-09-01")
    assert messages(read, text) == ['no rule of table "t" takes anything up to 2026-08-31']


ANY = """
kind: decision_table
id: t
hit: any
inputs: {x: {type: number, required: true}, member: {type: yes_no, required: true}}
outputs: {rate: {type: TYPE}}
rules:
  - {if: {x: "> 2"}, then: {rate: ONE}}
  - {if: {member: yes}, then: {rate: OTHER}}
otherwise: {then: {rate: ONE}}
"""


@pytest.mark.parametrize(
    ("kind", "one", "other", "severities"),
    [
        ("number", "0.9", "0.9", []),
        ("number", "0.9", "0.90", []),
        ("number", "0.9", "0.8", ["error"]),
        ("number", "0.9", "1 - 0.1", ["warning"]),
        ("duration", "7 days", "1 week", []),
        ("duration", "7 days", "2 weeks", ["error"]),
        ("text", "'\"甲\"'", "'\"乙\"'", ["error"]),
        ("yes_no", "yes", "true", []),
        ("yes_no", "yes", "no", ["error"]),
        ("yes_no", "yes", "x > 3", ["warning"]),
    ],
)
def test_rows_that_meet_under_any_must_answer_the_same(
    read: Read, kind: str, one: str, other: str, severities: list[str]
) -> None:
    text = ANY.replace("TYPE", kind).replace("ONE", one).replace("OTHER", other)
    assert [each.severity for each in decision_overlap.check(read(text))] == severities


def test_a_table_that_collects_may_leave_gaps_and_take_twice(read: Read) -> None:
    text = TABLE.replace("INPUT", "required: true").replace("subject: student", "hit: collect\naggregate: sum")
    checks = (decision_gap, decision_overlap, decision_unreachable, decision_collect)
    assert [found for check in checks for found in messages(read, text, check)] == []


@pytest.mark.parametrize(
    ("aggregate", "kind", "message"),
    [("sum", "text", '"answer" is text, and sum answers number or money or duration'), ("count", "number", "")],
)
def test_only_what_can_be_put_together_is_collected(read: Read, aggregate: str, kind: Any, message: str) -> None:
    text = TABLE.replace("INPUT", "required: true").replace("answer: {type: number}", f"answer: {{type: {kind}}}")
    text = text.replace("subject: student", f"hit: collect\naggregate: {aggregate}")
    assert messages(read, text, decision_collect) == ([message] if message else [])


def test_a_row_whose_cell_is_never_true_is_told_with_the_cell(read: Read) -> None:
    text = TABLE.replace("INPUT", "required: true, at_least: 3, at_most: 9")
    assert messages(read, text, decision_unreachable) == ['row 1 of table "t" is never used: "x" is never "<= 2"']
