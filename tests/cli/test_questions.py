"""Decisions and calculations at the command line, for a case or for values given by hand."""

import json

from tests.cli.conftest import Run

STATEMENT = """\
call fee
student: 张子轩 S-1

What it rests on  as of 2026-03-04
  minutes                       15
  paid                         yes

How it comes about
  price                  30.00 CNY
  less: discount          3.00 CNY
  ────────────────────────────────
  to pay                 27.00 CNY

Which rule applied
  less: discount: decision table “discount”, row 1 (“paid” is yes)
"""
BY_HAND = """\
电话费

依据的情况  算到 2026-03-02
  分钟                   10
  到账                   否

怎么算
  原价             20.00 元
  减：折扣          0.00 元
  ─────────────────────────
  应付             20.00 元

按哪条规则
  减：折扣：决策表「折扣」第 2 行（「到账」为否）
"""


def test_a_calculation_of_a_case_is_told_line_by_line(school: Run) -> None:
    school("record", "visit_logged", "S-1", "with=parent", "minutes=15")
    assert school("decide", "call_fee", "S-1").out == STATEMENT
    assert "as of 2026-03-02" in school("decide", "call_fee", "S-1", "--on", "2026-03-02").out


def test_a_calculation_answers_to_values_given_by_hand(run: Run) -> None:
    said = run("decide", "call_fee", "minutes=10", "paid=no", "--on", "2026-03-02", "--lang", "zh")
    assert (said.code, said.out) == (0, BY_HAND)


def test_a_given_value_stands_in_for_that_of_the_case(school: Run) -> None:
    (found,) = json.loads(school("decide", "call_fee", "S-1", "minutes=10", "--format", "json").out)
    assert found["calculation"] == "call_fee"
    assert found["inputs"] == {"minutes": 10, "paid": True}
    assert [(line["name"], line["amount"]) for line in found["lines"]] == [
        ("price", "20.00"),
        ("off", "2.00"),
        ("fee", "18.00"),
    ]
    assert found["result"] == "18.00"


def test_a_decision_for_programs_says_of_each_row_what_did_not_fit(school: Run) -> None:
    found = json.loads(school("decide", "discount", "S-10", "--format", "json").out)
    assert (found["inputs"], found["outputs"]) == ({"paid": False}, {"rate": 0})
    assert [row["matched"] for row in found["rows"]] == [False, True]
    assert found["rows"][0]["failures"] == [{"input": "paid", "cell": "yes", "value": False}]
