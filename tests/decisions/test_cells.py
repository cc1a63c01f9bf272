"""What a cell takes, one value at a time and as a column, and what is said of a cell that cannot be read."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.cells import Cell, parse_cell
from engine.decisions.columns import matching
from engine.frames import FIELD_DTYPES
from engine.model import Field
from engine.problems import Problem
from engine.text import Span, Word

CHOICES = (Word("stable"), Word("ordinary"), Word("unstable"))
FIELDS = {
    kind: Field(Word("x"), kind) for kind in ("number", "money", "date", "yes_no", "text", "reference", "duration")
}
FIELDS["choice"] = Field(Word("stability"), "choice", choices=CHOICES)
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def cell(kind: Any, text: str) -> Cell:
    found = parse_cell(Word(text), FIELDS[kind])
    assert isinstance(found, Cell), found
    return found


@pytest.mark.parametrize(
    ("kind", "text", "taken", "left"),
    [
        ("number", "3", [3.0], [2.9, 3.1, None]),
        ("number", "1, 3", [1.0, 3.0], [2.0, None]),
        ("number", "< 3", [2.99, -5.0], [3.0, None]),
        ("number", "<=3", [3.0], [3.01, None]),
        ("number", "> 0.1", [0.11], [0.1, None]),
        ("number", ">= -2.5", [-2.5, 0.0], [-2.6, None]),
        ("number", "3..5", [3.0, 4.5, 5.0], [2.9, 5.1, None]),
        ("number", "3 ..< 5", [3.0, 4.9], [5.0, None]),
        ("number", "< 3, > 5, 4", [2.0, 6.0, 4.0], [3.0, 5.0, None]),
        ("number", "not 3", [2.0], [3.0, None]),
        ("number", "not 3..5, 7", [2.0, 6.0], [3.0, 5.0, 7.0, None]),
        ("number", "any", [1.0, None], []),
        ("number", "-", [1.0, None], []),
        ("number", "unknown", [None], [0.0]),
        ("number", "< 3, unknown", [1.0, None], [3.0]),
        ("number", "not unknown", [0.0], [None]),
        ("number", "not 3, unknown", [2.0], [3.0, None]),
        ("money", "< 399.50", [Decimal("399.49")], [Decimal("399.50"), None]),
        ("money", "0.10", [Decimal("0.10")], [Decimal("0.11")]),
        ("date", ">= 2026-06-01", [JUNE], [MAY, None]),
        ("date", "2026-05-01..<2026-06-01", [MAY, date(2026, 5, 31)], [JUNE]),
        ("choice", "stable", ["stable"], ["ordinary", None]),
        ("choice", "stable, ordinary", ["stable", "ordinary"], ["unstable", None]),
        ("choice", "not stable", ["ordinary", "unstable"], ["stable", None]),
        ("choice", '"stable"', ["stable"], ["unstable"]),
        ("yes_no", "yes", [True], [False, None]),
        ("yes_no", "false", [False], [True, None]),
        ("yes_no", "not yes", [False], [True, None]),
        ("text", '"徐汇, 一楼", 浦东', ["徐汇, 一楼", "浦东"], ["徐汇", None]),
        ("reference", "not T-1", ["T-2"], ["T-1", None]),
    ],
)
def test_a_cell_takes_these_values_and_leaves_those(kind: Any, text: str, taken: Any, left: Any) -> None:
    found = cell(kind, text)
    values = [*taken, *left]
    column = pl.DataFrame({"x": pl.Series(values, dtype=FIELD_DTYPES[kind])})
    assert column.select("x", taken=matching(found, pl.col("x")))["taken"].to_list() == [True] * len(taken) + [
        False
    ] * len(left)
    assert [value for value in values if found.matches(value)] == taken


@pytest.mark.parametrize(
    ("kind", "text", "marked", "message", "hint"),
    [
        ("number", "<= two", "two", '"two" is not a number, and "x" is number', "a cell is 3"),
        ("number", "3-5", "3-5", "is not a number", 'write "3..5"'),
        ("number", "1, 2 至 4", "2 至 4", "is not a number", 'write "2..4"'),
        ("number", "5..3", "5..3", "takes nothing", ""),
        ("number", "3..<3", "3..<3", "takes nothing", ""),
        ("number", "== 3", "== 3", '"==" is no sign', 'write "3"'),
        ("number", "=> 3", "=> 3", '"=>" is no sign', 'write ">= 3"'),
        ("number", "≤ 3", "≤ 3", '"≤" is no sign', 'write "<= 3"'),
        ("number", "!= 3", "!= 3", '"!=" is no sign', 'write "not 3"'),
        ("number", "1, , 2", ",", "missing", ""),
        ("number", "1,", ",", "missing", ""),
        ("number", "", "", "missing", 'write "any"'),
        ("number", "1, any", "any", "stands alone", ""),
        ("number", "1, not 2", "not 2", "stands once", ""),
        ("money", "0.125", "0.125", "parts of a cent", ""),
        ("date", "2026-02-30", "2026-02-30", "is not a day", "2026-03-01"),
        ("choice", "stable, unstabel", "unstabel", 'not a choice of "stability"', 'did you mean "unstable"?'),
        ("choice", "not 稳定", "稳定", 'not a choice of "stability"', 'expected one of "ordinary", "stable"'),
        ("choice", "> stable", "> stable", '">" cannot stand', "have an order"),
        ("yes_no", "maybe", "maybe", "neither yes nor no", "write yes or no"),
        ("duration", "3 days", "3 days", "can only ask whether it is unknown", "another type"),
    ],
)
def test_a_cell_that_cannot_be_read_is_marked_at_the_very_word(
    kind: Any, text: str, marked: str, message: str, hint: str
) -> None:
    found = parse_cell(Word(text, Span("t.yaml", 7, 20, 7, 20 + len(text))), FIELDS[kind])
    assert isinstance(found, Problem)
    assert found.code == "decision-cell"
    assert message in found.message
    assert hint in found.hint
    assert text[found.span.column - 20 : found.span.end_column - 20] == marked


NUMBERS = st.integers(-4, 12).map(lambda number: number / 2)
DAYS = st.integers(0, 9).map(lambda number: MAY + timedelta(number))
CENTS = st.integers(-3, 6).map(lambda cents: Decimal(cents) / 100)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": NUMBERS,
    "money": CENTS,
    "date": DAYS,
    "choice": st.sampled_from(CHOICES),
    "yes_no": st.sampled_from(["yes", "no"]),
}


def texts(kind: Any) -> st.SearchStrategy[str]:
    plain: st.SearchStrategy[Any] = VALUES[kind]
    value = plain.map(str)
    part = value | st.just("unknown")
    if kind in ("number", "money", "date"):
        sign = st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), value)
        ends = st.tuples(plain, plain).filter(lambda pair: pair[0] < pair[1])
        part |= sign | ends.map(lambda pair: f"{pair[0]}..{pair[1]}") | ends.map(lambda pair: f"{pair[0]}..<{pair[1]}")
    lists = st.lists(part, min_size=1, max_size=3).map(", ".join)
    return st.just("any") | lists | lists.map("not {}".format)


@settings(deadline=None)
@given(st.data(), st.sampled_from(sorted(VALUES)))
def test_a_column_and_its_single_values_are_taken_alike(data: st.DataObject, kind: Any) -> None:
    found = cell(kind, data.draw(texts(kind)))
    values = data.draw(st.lists(VALUES[kind] | st.none(), max_size=8))
    if kind == "yes_no":
        values = [None if each is None else each == "yes" for each in values]
    column = pl.DataFrame({"x": pl.Series(list(map(_plain, values)), dtype=FIELD_DTYPES[kind])})
    taken = column.select("x", taken=matching(found, pl.col("x")))["taken"].to_list()
    assert taken == [found.matches(each) for each in values]


def _plain(value: Any) -> object:
    return str(value) if isinstance(value, str) else value
