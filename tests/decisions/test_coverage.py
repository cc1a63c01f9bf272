"""Gaps, overlaps and rows that are never used: told in words, and the same as by trying every value."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.axes import Axis
from engine.decisions.cells import Cell, parse_cell
from engine.decisions.coverage import Coverage, Grid, coverage
from engine.decisions.search import Budget, Search, TooLargeError
from engine.model import DecisionTable, Field, HitPolicy, Input, Rule, Title
from engine.text import NOWHERE, Word

MONTH = Field(Word("month"), "number")
STABILITY = Field(Word("stability"), "choice", choices=tuple(map(Word, ("stable", "ordinary", "unstable"))))
SPECIAL = Field(Word("special"), "yes_no")
PAID = Field(Word("paid"), "money")
DAY = Field(Word("day"), "date")
CITY = Field(Word("city"), "text")


def table(fields: Sequence[Field], rows: Any, hit: HitPolicy = "unique", dates: Any = ()) -> DecisionTable:
    rules = []
    for number, row in enumerate(rows):
        since, until = dates[number] if dates else (None, None)
        rules.append(Rule({Word(name): Word(cell) for name, cell in row.items()}, {}, NOWHERE, since, until))
    inputs = {str(each.name): Input(each) for each in fields}
    return DecisionTable(Word("t"), Title(), hit, inputs, {}, tuple(rules))


def found(
    fields: Sequence[Field],
    rows: Any,
    hit: HitPolicy = "unique",
    dates: Any = (),
    unknown: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Coverage:
    return coverage(Grid(table(fields, rows, hit, dates), unknown, whole))


def gaps(fields: Sequence[Field], rows: Any, **more: Any) -> list[str]:
    return [each.text for each in found(fields, rows, **more).gaps]


@pytest.mark.parametrize(
    ("fields", "rows", "expected"),
    [
        ([MONTH], [{"month": "<= 2"}, {"month": "> 2"}], []),
        ([MONTH], [{"month": "< 2"}, {"month": "> 2"}], ["month = 2"]),
        ([MONTH], [{"month": "<= 2"}, {"month": ">= 3"}], ["2 < month < 3"]),
        ([MONTH], [{"month": "0..<2"}, {"month": "3"}], ["month < 0 or 2 <= month < 3 or month > 3"]),
        ([MONTH], [{"month": "not 1..3, 7"}], ["1 <= month <= 3 or month = 7"]),
        ([MONTH], [{"month": "0.1..0.30"}], ["month < 0.1 or month > 0.3"]),
        ([PAID], [{"paid": "<= 399.99"}, {"paid": ">= 400"}], []),
        ([PAID], [{"paid": "< 399.99"}, {"paid": ">= 400"}], ["paid = 399.99"]),
        ([DAY], [{"day": "<= 2026-02-28"}, {"day": ">= 2026-03-01"}], []),
        ([DAY], [{"day": "< 2026-02-28"}, {"day": ">= 2026-03-01"}], ["day = 2026-02-28"]),
        ([STABILITY], [{"stability": "stable"}], ["stability = ordinary or unstable"]),
        ([STABILITY], [{"stability": "not stable"}, {"stability": "stable"}], []),
        ([SPECIAL], [{"special": "yes"}], ["special = no"]),
        ([CITY], [{"city": "北京, 上海"}], ["city = anything else"]),
        ([CITY], [{"city": "not 北京, 上海"}, {"city": "上海"}], ["city = 北京"]),
        ([MONTH, SPECIAL], [], ["anything"]),
        ([MONTH, SPECIAL], [{}], []),
        ([MONTH, STABILITY], [{"month": "< 3"}, {"stability": "not unstable"}], ["month >= 3, stability = unstable"]),
        ([MONTH], [{"month": "unknown"}], ["month known"]),
        ([SPECIAL], [{"special": "yes, unknown"}], ["special = no"]),
    ],
)
def test_what_no_row_takes_is_told_in_words(fields: Sequence[Field], rows: Any, expected: Any) -> None:
    assert gaps(fields, rows) == expected


def test_a_gap_comes_with_an_example() -> None:
    [gap] = found([MONTH, STABILITY], [{"month": "<= 2"}, {"stability": "stable"}, {"month": ">= 3"}]).gaps
    assert gap.text == "2 < month < 3, stability = ordinary or unstable"
    assert gap.example == {"month": 2.5, "stability": "ordinary"}


def test_a_count_has_no_halves() -> None:
    rows = [{"month": "1, 2"}, {"month": ">= 3"}]
    assert gaps([MONTH], rows, whole=["month"]) == ["month <= 0"]
    assert gaps([MONTH], [{"month": "<= 1"}, {"month": ">= 4"}], whole=["month"]) == ["2 <= month <= 3"]
    assert gaps([MONTH], [{"month": "< 2.5"}, {"month": "> 2.5"}], whole=["month"]) == []
    assert gaps([PAID], [{"paid": "<= 1"}, {"paid": "> 1.02"}]) == ["1.01 <= paid <= 1.02"]
    month = Field(Word("month"), "number", at_least=1)
    assert gaps([month], rows, whole=["month"]) == []
    assert gaps([month], rows) == ["1 < month < 2 or 2 < month < 3"]


def test_what_an_input_can_be_is_bounded() -> None:
    month = Field(Word("month"), "number", at_least=1, at_most=12)
    assert gaps([month], [{"month": "1..6"}, {"month": "> 6"}]) == []
    assert gaps([month], [{"month": "> 3"}]) == ["month <= 3"]
    assert [each.why for each in found([month], [{"month": "< 1"}, {}]).unreached] == ['"month" is never "< 1"']


def test_what_may_be_unknown_needs_a_row() -> None:
    rows = [{"month": "< 3"}, {"month": ">= 3"}]
    assert gaps([MONTH], rows, unknown=["month"]) == ["month unknown"]
    assert gaps([MONTH], [*rows, {"month": "unknown"}], unknown=["month"]) == []
    assert gaps([MONTH], [{"month": "not 3"}], unknown=["month"]) == ["month = 3 or month unknown"]
    assert gaps([SPECIAL], [], unknown=["special"]) == ["anything"]


def test_dated_rows_are_looked_at_by_the_time_in_which_they_hold() -> None:
    rows = [{"month": "< 3"}, {"month": ">= 3"}, {"month": "any"}]
    dates = [(None, date(2026, 8, 31)), (None, date(2026, 8, 30)), (date(2026, 9, 1), None)]
    result = found([MONTH], rows, dates=dates)
    assert [(each.text, each.since, each.until) for each in result.gaps] == [
        ("month >= 3", date(2026, 8, 31), date(2026, 8, 31))
    ]
    assert result.overlaps == ()
    late = found([MONTH], [{}], dates=[(date(2026, 9, 1), date(2026, 12, 31))])
    assert [(each.since, each.until) for each in late.gaps] == [(None, date(2026, 8, 31)), (date(2027, 1, 1), None)]


def test_a_gap_that_goes_on_is_told_once() -> None:
    dates = [(None, date(2026, 8, 31)), (date(2026, 9, 1), None)]
    [gap] = found([MONTH], [{"month": "< 3"}, {"month": "< 3"}], dates=dates).gaps
    assert (gap.text, gap.since, gap.until) == ("month >= 3", None, None)


def test_rows_that_take_the_same_are_named_with_what_they_both_take() -> None:
    rows = [{"month": "<= 3"}, {"month": ">= 3", "stability": "not stable"}, {"stability": "unstable"}]
    overlaps = found([MONTH, STABILITY], rows).overlaps
    assert [(each.rows, each.text) for each in overlaps] == [
        ((1, 2), "month = 3, stability = ordinary or unstable"),
        ((1, 3), "month <= 3, stability = unstable"),
        ((2, 3), "month >= 3, stability = unstable"),
    ]
    assert overlaps[0].example == {"month": 3, "stability": "ordinary"}


def test_a_row_below_rows_that_take_all_its_cases_is_never_used() -> None:
    rows = [{"month": "< 3"}, {"stability": "stable"}, {"month": "1"}, {"month": ">= 3", "stability": "stable"}, {}]
    assert [(each.row, each.by) for each in found([MONTH, STABILITY], rows, hit="first").unreached] == [
        (3, (1,)),
        (4, (2,)),
    ]
    together = [{"month": "< 3"}, {"special": "yes"}, {"month": ">= 3"}, {"special": "no"}]
    assert [(each.row, each.by) for each in found([MONTH, SPECIAL], together, hit="first").unreached] == [(4, (1, 3))]
    assert found([MONTH, SPECIAL], together, hit="collect").unreached == ()


def test_a_row_is_used_if_it_is_on_any_day() -> None:
    rows = [{"month": "< 3"}, {"month": "< 2"}]
    start = date(2026, 9, 1)
    assert found([MONTH], rows, "first", [(start, None), (None, None)]).unreached == ()
    assert [each.row for each in found([MONTH], rows, "first", [(start, None), (start, None)]).unreached] == [2]


TEN = [Field(Word(f"i{number}"), "choice", choices=tuple(map(Word, "abcdef"))) for number in range(10)]


def test_ten_inputs_are_searched_without_walking_through_sixty_million_combinations() -> None:
    rows = [{f"i{number}": each} for number in range(10) for each in ("a", "not a, b")]
    [gap] = found(TEN, rows).gaps
    assert gap.text == ", ".join(f"i{number} = b" for number in range(10))
    assert gaps(TEN, [*rows, {f"i{number}": "b" for number in range(10)}]) == []


def test_a_search_that_would_take_too_long_is_given_up_and_says_so() -> None:
    rows = [{f"i{number}": "a", f"i{(number + step) % 10}": "b"} for number in range(10) for step in (1, 3, 4)]
    grid = Grid(table(TEN, rows))
    assert coverage(grid).is_complete
    given_up = coverage(grid, steps=5)
    assert (given_up.is_complete, given_up.gaps, len(given_up.overlaps) > 0) == (False, (), True)
    with pytest.raises(TooLargeError):
        Search(grid.all, grid.boxes, Budget(5)).run()


POINTS: dict[str, list[Any]] = {
    "month": [number / 2 for number in range(-1, 10)],
    "stability": ["stable", "ordinary", "unstable"],
    "special": [True, False],
    "city": ["a", "b", "c"],
    "day": [date(2026, 3, number) for number in range(1, 8)],
}
ENDS = [None, *(date(2026, 1, number) for number in (1, 3, 5))]
FIELDS = [MONTH, STABILITY, SPECIAL, CITY, DAY]


def cells(field: Field) -> st.SearchStrategy[str]:
    if field.type in ("number", "date"):
        value = st.sampled_from(
            ["1", "2", "3"] if field.type == "number" else [f"2026-03-0{number}" for number in (2, 4, 5)]
        )
        part = value | st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), value)
        part |= st.tuples(value, value).filter(lambda ends: ends[0] < ends[1]).map("..<".join)
    elif field.type == "yes_no":
        part = st.sampled_from(["yes", "no"])
    else:
        part = st.sampled_from([str(each) for each in field.choices] or ["a", "b"])
    lists = st.lists(part | st.just("unknown"), min_size=1, max_size=2, unique=True).map(", ".join)
    return st.just("any") | lists | lists | lists.map("not {}".format)


@st.composite
def tables(draw: st.DrawFn) -> Any:
    fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique_by=lambda each: str(each.name)))
    row = st.fixed_dictionaries({str(each.name): cells(each) for each in fields})
    rows = draw(st.lists(row, min_size=1, max_size=6))
    dates = draw(
        st.lists(st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)), min_size=len(rows), max_size=len(rows))
    )
    return fields, rows, dates if draw(st.booleans()) else []


ALL_DAYS = [date(2025, 12, 31), *(date(2026, 1, number) for number in range(1, 8))]


def cell_of(text: str, field: Field) -> Cell:
    found = parse_cell(Word(text), field)
    assert isinstance(found, Cell)
    return found


def rows_that_take(fields: Sequence[Field], rows: Any, values: Any) -> list[int]:
    """Return the rows that take some values, numbered from 1, whatever the day."""
    read = [[cell_of(row[str(each.name)], each) for each in fields] for row in rows]
    return [
        number
        for number, row in enumerate(read, 1)
        if all(cell.matches(value) for cell, value in zip(row, values, strict=True))
    ]


def taken(fields: Sequence[Field], rows: Any, dates: Any) -> dict[Any, list[int]]:
    """Return for each day and each combination of values the rows that take it."""
    answers = {}
    for values in product(*([*POINTS[str(each.name)], None] for each in fields)):
        fit = rows_that_take(fields, rows, values)
        for day in ALL_DAYS if dates else ALL_DAYS[:1]:
            answers[day, values] = [number for number in fit if not dates or holds(dates[number - 1], day)]
    return answers


def holds(dates: Any, day: Any) -> bool:
    since, until = dates
    return (since is None or since <= day) and (until is None or day <= until)


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_search_agrees_with_trying_every_value(drawn: Any) -> None:
    fields, rows, dates = drawn
    answers = taken(fields, rows, dates)
    names = [str(each.name) for each in fields]
    result = coverage(Grid(table(fields, rows, "first", dates), names))
    assert result.is_complete

    open_days = {day for (day, _), numbers in answers.items() if not numbers}
    told_days = {day for gap in result.gaps for day in ALL_DAYS if (gap.since or day) <= day <= (gap.until or day)}
    assert bool(told_days) == bool(open_days)
    assert not dates or result.has_more_gaps or told_days == open_days
    for gap in result.gaps:
        fit = rows_that_take(fields, rows, [gap.example[name] for name in names])
        for day in ALL_DAYS:
            if (gap.since or day) <= day <= (gap.until or day):
                assert not [number for number in fit if not dates or holds(dates[number - 1], day)]

    pairs = {pair for numbers in answers.values() for pair in combinations(numbers, 2)}
    assert {each.rows for each in result.overlaps} == pairs

    used = {numbers[0] for numbers in answers.values() if numbers}
    assert {each.row for each in result.unreached} == set(range(1, len(rows) + 1)) - used


@settings(max_examples=100, deadline=None)
@given(tables())
def test_the_gaps_together_are_all_that_is_left(drawn: Any) -> None:
    fields, rows, _ = drawn
    grid = Grid(table(fields, rows), [str(each.name) for each in fields])
    boxes = Search(grid.all, grid.boxes, most=100_000).run()
    for (_, values), numbers in taken(fields, rows, []).items():
        places = [slice_of(axis, value) for axis, value in zip(grid.axes, values, strict=True)]
        inside = [box for box in boxes if all(chosen & place for chosen, place in zip(box, places, strict=True))]
        assert len(inside) == (0 if numbers else 1)


def slice_of(axis: Axis, value: Any) -> int:
    """Return the slice in which a value lies, as a bit."""
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    for place, each in enumerate(axis.slices):
        if each.sample == exact or (each.interval and exact is not None and each.interval.contains(exact)):
            return 1 << place
    return 1 << [each.is_rest for each in axis.slices].index(True)
