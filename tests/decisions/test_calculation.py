"""The refund of the one-on-one service: its tables, its ten worked examples, and what its statement says."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from engine.decisions.calculation import calculate, statement
from engine.decisions.given import given_values
from engine.expr import SpanValue, Value
from engine.model import Calculation, Dated, Definitions
from engine.text import Word
from tests.decisions.desk import MakeDesk, Read

REFUND = """
kind: decision_table
id: lesson_fee
hit: unique
subject: student
inputs:
  lessons: {type: number, at_least: 0}
  cause: {type: choice, of: [none, internal, service_failure]}
  hours: {type: number}
  price: {type: money}
outputs: {charged: {type: money}, borne: {type: money}}
rules:
  - {if: {lessons: 0}, then: {charged: 0, borne: 0}, source: [O-103]}
  - {if: {lessons: 1, cause: internal}, then: {charged: 0, borne: hours * price}, source: [O-099, O-100]}
  - {if: {lessons: 1, cause: not internal}, then: {charged: hours * price, borne: 0}, source: [O-103]}
  - {if: {lessons: "> 1", cause: none}, then: {charged: hours * price, borne: 0}, source: [O-101]}
  - if: {lessons: "> 1", cause: service_failure}
    then:
      charged: price * 0 if service_failure_spares else hours * price
      borne: hours * price if service_failure_spares else price * 0
    source: [O-102]
  - {if: {lessons: "> 1", cause: internal}, then: {charged: 0, borne: hours * price}, source: [O-101]}
---
kind: decision_table
id: penalty
hit: first
subject: student
inputs:
  month: {type: number, value: months_since_first_class}
  free_months: {type: number, value: months_without_penalty}
  monthly_hours: {type: number}
  price: {type: money}
outputs: {penalty: {type: money}}
rules:
  - {if: {month: "<= 1"}, then: {penalty: 0}, source: [O-103]}
  - {if: {month: 2, free_months: 2}, then: {penalty: 0}}
otherwise: {then: {penalty: 2 * monthly_hours * price}, source: [O-104]}
---
kind: calculation
id: refund
subject: student
inputs:
  paid: {type: money}
  comprehensive: {type: money}
  assessment: {type: money}
  lessons: {type: number}
  hours: {type: number}
  price: {type: money}
  monthly_hours: {type: number}
  month: {type: number, value: months_since_first_class}
  cause: {type: choice, of: [none, internal, service_failure]}
lines:
  fees: {type: money, amount: comprehensive + assessment, source: [O-103]}
  charged: {type: money, amount: "decide(lesson_fee, charged)", title: {zh: 课时费, en: Lesson fee}, source: [O-103]}
  penalty: {type: money, amount: decide(penalty)}
  raw: {type: money, amount: paid - fees - charged - penalty, shown: false}
  refund: {type: money, amount: "max_of(raw, 0)", source: [O-098]}
  borne: {type: money, amount: "decide(lesson_fee, borne)"}
result: refund
---
kind: vocabulary
id: settings
parameters:
  service_failure_spares: {type: yes_no, value: true, source: [O-106]}
  months_without_penalty: {type: number, value: 1}
"""
FIXED = {"paid": 21000, "comprehensive": 800, "assessment": 200, "price": 200, "monthly_hours": 8}
EXAMPLES: dict[str, Any] = {
    "1": (1, 2, 1, "internal", {}, (1000, 0, 0, 20000, 20000, 400)),
    "2": (1, 2, 1, "none", {}, (1000, 400, 0, 19600, 19600, 0)),
    "3": (2, 4, 1, "none", {}, (1000, 800, 0, 19200, 19200, 0)),
    "4": (3, 6, 1, "none", {}, (1000, 1200, 0, 18800, 18800, 0)),
    "5a": (3, 6, 1, "service_failure", {}, (1000, 0, 0, 20000, 20000, 1200)),
    "5b": (3, 6, 1, "service_failure", {"service_failure_spares": "no"}, (1000, 1200, 0, 18800, 18800, 0)),
    "6a": (6, 12, 2, "none", {}, (1000, 2400, 3200, 14400, 14400, 0)),
    "6b": (6, 12, 2, "none", {"months_without_penalty": "2"}, (1000, 2400, 0, 17600, 17600, 0)),
    "7": (12, 24, 3, "none", {}, (1000, 4800, 3200, 12000, 12000, 0)),
    "8": (6, 12, 2, "service_failure", {}, (1000, 0, 3200, 16800, 16800, 2400)),
    "9": (1, 2, 2, "internal", {}, (1000, 0, 3200, 16800, 16800, 400)),
    "10": (45, 90, 6, "none", {}, (1000, 18000, 3200, -1200, 0, 0)),
}
LINES = ("fees", "charged", "penalty", "raw", "refund", "borne")


def with_settings(definitions: Definitions, settings: Mapping[str, str]) -> Definitions:
    parameters = dict(definitions.parameters)
    for name, text in settings.items():
        parameters[name] = replace(parameters[name], values=(Dated(None, Word(text)),))
    return replace(definitions, parameters=parameters)


def given_of(calculation: Calculation, lessons: float, hours: float, month: float, cause: str) -> dict[str, Value]:
    given = given_values(
        calculation.inputs, {**FIXED, "lessons": lessons, "hours": hours, "month": month, "cause": cause}
    )
    assert isinstance(given, dict), given
    return given


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_refund_comes_out_as_worked_by_hand(read: Read, desk: MakeDesk, example: str) -> None:
    lessons, hours, month, cause, settings, expected = EXAMPLES[example]
    definitions = with_settings(read(REFUND), settings)
    calculation = definitions.calculations["refund"]
    given = given_of(calculation, lessons, hours, month, cause)
    found = statement(calculation, desk([{}], {}, definitions), definitions, given)
    assert {line.name: line.amount for line in found.lines} == dict(zip(LINES, map(Decimal, expected), strict=True))
    assert found.result == expected[4]


def test_all_refunds_of_a_column_come_out_at_once(read: Read, desk: MakeDesk) -> None:
    definitions = read(REFUND)
    plain = {name: each for name, each in EXAMPLES.items() if not each[4]}
    names = ("lessons", "hours", "months_since_first_class", "cause")
    rows = [FIXED | dict(zip(names, each[:4], strict=True)) for each in plain.values()]
    types = {"months_since_first_class": "number"}
    types |= {
        name: each.field.type for name, each in definitions.calculations["refund"].inputs.items() if name != "month"
    }
    rows = [{name: Decimal(each) if types[name] == "money" else each for name, each in row.items()} for row in rows]
    scope = desk(rows, types, definitions)
    found = calculate(definitions.calculations["refund"], scope, definitions.tables)
    assert list(found) == list(LINES)
    columns = [scope.column(found[name]).to_list() for name in LINES]
    assert list(zip(*columns, strict=True)) == [tuple(map(Decimal, each[5])) for each in plain.values()]


def test_a_statement_names_the_clauses_the_rows_and_the_figures_of_each_line(read: Read, desk: MakeDesk) -> None:
    definitions = read(REFUND)
    calculation = definitions.calculations["refund"]
    given = given_of(calculation, 6, 12, 2, "service_failure")
    found = statement(calculation, desk([{}], {}, definitions), definitions, given)
    fees, charged, penalty, raw, refund, borne = found.lines
    assert dict(found.inputs)["cause"] == "service_failure"
    assert fees.used == (("comprehensive", Decimal(800)), ("assessment", Decimal(200)))
    assert (charged.title.zh, charged.clauses) == ("课时费", ("O-102", "O-106"))
    assert charged.rows == (("lesson_fee", 5),)
    assert dict(charged.used) == {"lessons": 6, "cause": "service_failure", "hours": 12, "price": Decimal(200)}
    assert (penalty.clauses, penalty.rows) == (("O-104",), (("penalty", 0),))
    assert dict(penalty.used)["free_months"] == 1
    assert (raw.shown, refund.shown) == (False, True)
    assert refund.used == (("raw", Decimal(16800)),)
    assert (borne.type, borne.clauses) == ("money", ("O-102", "O-106"))


def test_a_line_cites_neither_rows_nor_parameters_that_did_not_come_into_it(read: Read, desk: MakeDesk) -> None:
    definitions = read(REFUND)
    calculation = definitions.calculations["refund"]
    found = [
        statement(calculation, desk([{}], {}, definitions), definitions, given_of(calculation, *each))
        for each in ((6, 12, 2, "none"), (1, 2, 1, "none"))
    ]
    clauses = [{line.name: line.clauses for line in each.lines} for each in found]
    # The line is by O-103, which is also that of a row that did not answer in the first statement.
    assert [each["charged"] for each in clauses] == [("O-101",), ("O-103",)]
    assert [each["penalty"] for each in clauses] == [("O-104",), ("O-103",)]
    assert [each["refund"] for each in clauses] == [("O-098",), ("O-098",)]


def test_a_line_and_a_table_keep_the_cent_where_floats_would_lose_it(read: Read, desk: MakeDesk) -> None:
    definitions = read("""
kind: decision_table
id: share
hit: unique
inputs: {fee: {type: money}}
outputs: {half: {type: money}}
rules: [{then: {half: fee / 2}}]
---
kind: calculation
id: sum_up
subject: student
inputs: {price: {type: money}}
lines:
  fee: {type: money, amount: price * 3}
  half: {type: money, amount: decide(share)}
  both: {type: money, amount: half + half}
result: both
""")
    given = {"price": pl.lit(Decimal("33333333333.35"))}
    found = statement(definitions.calculations["sum_up"], desk([{}], {}, definitions), definitions, given)
    amounts = [str(line.amount) for line in found.lines]
    assert amounts == ["100000000000.05", "50000000000.03", "100000000000.06"]


def test_a_calculation_may_give_a_span_and_a_text(read: Read, desk: MakeDesk) -> None:
    definitions = read("""
kind: calculation
id: plan
subject: student
inputs: {weeks: {type: number}}
lines:
  length: {type: duration, amount: 7 days * weeks}
  name: {type: text, amount: '"长期" if weeks > 4 else "短期"'}
  long: {type: yes_no, amount: weeks > 4}
result: name
""")
    calculation = definitions.calculations["plan"]
    found = statement(calculation, desk([{}], {}, definitions), definitions, {"weeks": pl.lit(6.0)})
    length, name, long = found.lines
    assert isinstance(length.amount, SpanValue)
    assert length.amount.days == 42
    assert (name.amount, long.amount, found.result) == ("长期", True, "长期")
