"""Why a table answers as it does: which rules took the case, and every input on which the others failed."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.columns import ask
from engine.decisions.trace import taken, trace
from tests.decisions.desk import MakeDesk, Read

VISITS = """
kind: decision_table
id: visit_interval
hit: first
inputs:
  month: {type: number}
  stability: {type: choice, of: [stable, unstable]}
  signed_on: {type: date}
outputs: {interval: {type: duration}}
rules:
  - {if: {stability: unstable}, then: {interval: 3 days}}
  - {if: {month: "<= 2"}, then: {interval: 7 days}, until: 2026-08-31}
  - {if: {month: 3..<6, stability: not unstable, signed_on: ">= 2026-01-01"}, then: {interval: 14 days}}
  - {if: {month: "> 2"}, then: {interval: 21 days}}
otherwise: {then: {interval: 1 day}}
"""
TYPES = {"month": "number", "stability": "choice", "signed_on": "date", "now": "moment"}


def second(day: Any) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def test_each_rule_says_why_it_did_not_take_the_case(read: Read, desk: MakeDesk) -> None:
    table = read(VISITS).tables["visit_interval"]
    scope = desk([{"month": 2, "stability": "stable", "signed_on": None, "now": second("2026-09-01")}], TYPES)
    found = trace(table, scope)
    assert [(each.number, each.matched, each.in_force) for each in found] == [
        (1, False, True),
        (2, False, False),
        (3, False, True),
        (4, False, True),
    ]
    assert [list(map(str, each.failures)) for each in found] == [
        ['stability is stable, not "unstable"'],
        [],
        ['month is 2, not "3..<6"', 'signed_on is unknown, not ">= 2026-01-01"'],
        ['month is 2, not "> 2"'],
    ]
    assert taken(table, found) == [table.otherwise]


def test_under_first_the_upper_of_the_rules_that_fit_answers(read: Read, desk: MakeDesk) -> None:
    table = read(VISITS).tables["visit_interval"]
    scope = desk([{"now": second("2026-03-01"), "signed_on": None}], TYPES)
    found = trace(table, scope, {"month": pl.lit(4), "stability": pl.lit("unstable")})
    assert [each.matched for each in found] == [True, False, False, True]
    assert taken(table, found) == [table.rules[0]]


DAYS = [None, "2025-12-31", "2026-01-01"]
ROWS = st.fixed_dictionaries(
    {
        "month": st.sampled_from([None, 1, 2, 3, 5.5, 6]),
        "stability": st.sampled_from([None, "stable", "unstable"]),
        "signed_on": st.sampled_from([None if day is None else datetime.fromisoformat(day).date() for day in DAYS]),
        "now": st.sampled_from([second("2026-08-31"), second("2026-09-01")]),
    }
)


@settings(deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=5))
def test_a_trace_of_each_case_agrees_with_the_column_of_all(read: Read, desk: MakeDesk, rows: Any) -> None:
    table = read(VISITS).tables["visit_interval"]
    columns = [series.to_list() for series in ask(table, desk(rows, TYPES)).taken]
    for row, matched in zip(rows, zip(*columns, strict=True), strict=True):
        assert tuple(each.matched for each in trace(table, desk([row], TYPES))) == matched
