"""Laws of working time, against brute force by the minute and against pandas and numpy."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendars.calendar import Block, Calendar, Closure, YearTable
from engine.calendars.columns import (
    add_days,
    add_working,
    close_of_day,
    close_of_workday,
    next_working_moment,
    one,
    working_between,
)
from engine.calendars.ladder import Ladder
from engine.calendars.steps import deadline_sum
from engine.calendars.table import WorkTable, table_of
from engine.calendars.zones import LIMIT, Clock, moment_of

FIRST = date(2026, 3, 16)  # both changes of clocks of London and New York lie within
DAYS = 30
ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"]


@st.composite
def block_lists(draw: st.DrawFn) -> tuple[Block, ...]:
    # Not between 00:00 and 03:00, where clocks change: what a repeated hour means there is a matter of definition.
    minutes = draw(st.lists(st.sampled_from([0, *range(180, 1441, 15)]), max_size=6, unique=True))
    minutes = sorted(minutes)[: len(minutes) // 2 * 2]
    return tuple(zip(minutes[::2], minutes[1::2], strict=True))


DATES = st.integers(0, DAYS - 1).map(lambda days: FIRST + timedelta(days))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.lists(block_lists(), min_size=7, max_size=7).filter(any))
    holidays = draw(st.frozensets(DATES, max_size=4))
    makeup = draw(st.frozensets(DATES, max_size=4)) - holidays
    closures = tuple(
        Closure(day, day + timedelta(draw(st.integers(0, 4))), "x") for day in draw(st.sets(DATES, max_size=2))
    )
    return Calendar(
        "random",
        draw(st.sampled_from(ZONES)),
        tuple(week),
        holidays=draw(st.sampled_from(["china", "none"])),
        years=draw(st.sampled_from([{}, {2026: YearTable(holidays, makeup)}])),
        closures=closures,
        open_days=draw(st.dictionaries(DATES, block_lists(), max_size=3)),
        makeup_hours=draw(block_lists()),
    )


def worked_minutes(calendar: Calendar) -> npt.NDArray[np.int64]:
    """Return the start of each minute of work, found by looking at the wall clock of each minute in turn."""
    zone, begin = ZoneInfo(calendar.zone), int(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC).timestamp())
    found: list[int] = []
    for quarter in range(begin, begin + DAYS * 86_400, 900):
        wall = datetime.fromtimestamp(quarter, zone)
        minute = wall.hour * 60 + wall.minute
        if any(start <= minute < end for start, end in calendar.blocks_on(wall.date())):
            found += range(quarter, quarter + 900, 60)
    return np.array(found, dtype=np.int64)


@settings(max_examples=60, deadline=None)
@given(
    calendars(), st.lists(st.tuples(st.integers(0, DAYS * 1440), st.integers(-9000, 9000)), min_size=20, max_size=20)
)
def test_sums_agree_with_counting_minute_by_minute(calendar: Calendar, cases: list[tuple[int, int]]) -> None:
    minutes = worked_minutes(calendar)
    begin = int(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC).timestamp())
    end = begin + DAYS * 86_400
    table = WorkTable.build([calendar], FIRST, FIRST + timedelta(DAYS))
    for offset, amount in cases:
        start = begin + offset * 60
        later, earlier = minutes[minutes >= start], minutes[minutes < start]
        assert one(working_between, table, start, end) == len(later) * 60
        assert one(working_between, table, start, begin) == -len(earlier) * 60
        if later.size:
            assert one(next_working_moment, table, start) == later[0]
        if 0 < amount <= later.size:
            assert one(add_working, table, start, amount * 60) == later[amount - 1] + 60
        if 0 < -amount <= earlier.size:
            assert one(add_working, table, start, amount * 60) == earlier[amount]


MOMENTS = st.integers(moment_of("2025-01-01 00:00", "UTC"), moment_of("2028-01-01 00:00", "UTC"))
AMOUNTS = st.integers(-30 * 86_400, 30 * 86_400)


@settings(max_examples=200, deadline=None)
@given(calendars(), MOMENTS, AMOUNTS)
def test_adding_then_measuring_gives_the_amount_back(calendar: Calendar, start: int, amount: int) -> None:
    assert one(working_between, calendar, start, one(add_working, calendar, start, amount)) == amount


@settings(max_examples=200, deadline=None)
@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(calendar: Calendar, start: int, first: int, second: int) -> None:
    twice = one(add_working, calendar, one(add_working, calendar, start, first), second)
    once = one(add_working, calendar, start, first + second)
    assert one(working_between, calendar, once, twice) == 0
    if first * second > 0:
        assert twice == once


@settings(max_examples=50, deadline=None)
@given(st.lists(calendars(), min_size=1, max_size=6), st.lists(st.tuples(MOMENTS, AMOUNTS), min_size=1, max_size=30))
def test_rows_computed_together_are_as_if_alone(several: list[Calendar], cases: list[tuple[int, int]]) -> None:
    numbers = np.arange(len(cases)) % len(several)
    starts, amounts = np.array(cases, dtype=np.int64).T
    together = add_working(WorkTable.build(several, date(2026, 1, 1), date(2026, 12, 31)), numbers, starts, amounts)
    alone = [one(add_working, several[n], *case) for n, case in zip(numbers.tolist(), cases, strict=True)]
    assert together.tolist() == alone


@settings(max_examples=100, deadline=None)
@given(calendars(), MOMENTS, st.integers(-5 * 86_400, 5 * 86_400))
def test_the_sum_told_day_by_day_is_the_sum(calendar: Calendar, start: int, amount: int) -> None:
    lines = deadline_sum(calendar, start, amount)
    due = one(add_working, calendar, start, amount)
    parts = [part for line in lines for part in (line.counted if amount > 0 else reversed(line.counted))]
    assert sum(line.taken for line in lines) == sum(high - low for low, high in parts) == abs(amount)
    assert lines[-1].remaining == 0
    assert all(sum(high - low for low, high in line.counted) == line.taken for line in lines)
    assert all((line.taken == 0) == bool(line.reason) for line in lines)
    assert all(earlier.remaining - later.taken == later.remaining for earlier, later in pairwise(lines))
    if amount:
        assert parts[-1][amount > 0] == due
    else:
        assert due == start


HOLIDAYS = frozenset({date(2026, 3, 10), date(2026, 4, 6), date(2026, 5, 1)})
PLAIN = Calendar("plain", "UTC", holidays="none", years={2026: YearTable(HOLIDAYS)})
IN_2026 = st.integers(moment_of("2026-02-01 00:00", "UTC") // 60, moment_of("2026-11-01 00:00", "UTC") // 60)


@settings(max_examples=100, deadline=None)
@given(IN_2026, st.integers(1, 300))
def test_whole_working_hours_agree_with_pandas(minute: int, hours: int) -> None:
    offset = pd.offsets.CustomBusinessHour(hours, start="09:00", end="18:00", holidays=sorted(HOLIDAYS))
    expected = pd.Timestamp(minute * 60, unit="s") + offset
    due = one(add_working, PLAIN, minute * 60, hours * 3600)
    # pandas goes on to the next opening where the hours end with a day; we stay at the close.
    assert one(next_working_moment, PLAIN, due) == int(expected.timestamp())


@settings(max_examples=200, deadline=None)
@given(IN_2026, st.integers(-200, 200).filter(bool))
def test_closes_of_workdays_agree_with_numpy(minute: int, n: int) -> None:
    day = np.datetime64(minute // 1440, "D")
    holidays = np.array(sorted(HOLIDAYS), dtype="M8[D]")
    expected = np.busday_offset(day, n, roll="backward" if n > 0 else "forward", holidays=holidays)
    assert one(close_of_workday, PLAIN, minute * 60, n) == int(expected.astype(np.int64)) * 86_400 + 18 * 3600
    low, high = sorted((minute // 1440, int(expected.astype(np.int64))))
    counted = int(np.busday_count(np.datetime64(low, "D"), np.datetime64(high, "D"), holidays=holidays))
    assert one(working_between, PLAIN, low * 86_400, high * 86_400) == counted * 9 * 3600
    assert one(working_between, PLAIN, high * 86_400, low * 86_400) == -counted * 9 * 3600


@settings(max_examples=100, deadline=None)
@given(calendars(), MOMENTS)
def test_the_close_of_a_day_is_the_end_of_a_block_and_not_past(calendar: Calendar, start: int) -> None:
    close = one(close_of_day, calendar, start)
    assert close >= start
    wall = datetime.fromtimestamp(close, ZoneInfo(calendar.zone))
    minute, day = wall.hour * 60 + wall.minute, wall.date()
    if not minute:
        minute, day = 1440, day - timedelta(1)
    assert calendar.blocks_on(day)[-1][1] == minute


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), MOMENTS, st.integers(-400, 400))
def test_days_later_the_wall_shows_the_same_time(zone: str, start: int, days: int) -> None:
    found = datetime.fromtimestamp(one(add_days, Calendar("c", zone), start, days), ZoneInfo(zone))
    wanted = datetime.fromtimestamp(start, ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days)
    is_skipped = (
        wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted
    )
    assert found.replace(tzinfo=None) == wanted or is_skipped


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(*LIMIT)), min_size=1, max_size=50))
def test_wall_time_is_what_zoneinfo_says(cases: list[tuple[int, int]]) -> None:
    zones = [*ZONES, "America/Sao_Paulo", "Africa/Casablanca"]
    numbers, moments = np.array(cases, dtype=np.int64).T
    walls = Clock(zones).wall(numbers, moments)
    for number, moment, wall in zip(numbers.tolist(), moments.tolist(), walls.tolist(), strict=True):
        offset = datetime.fromtimestamp(moment, ZoneInfo(zones[number])).utcoffset()
        assert offset == timedelta(seconds=wall - moment)


def test_no_change_of_offset_between_two_looks_is_missed() -> None:
    zones = ["America/Boa_Vista", "Africa/Casablanca", "Asia/Gaza", "Africa/Cairo", "Pacific/Apia"]
    for number, zone in enumerate(zones):
        moments = np.arange(0, moment_of("2060-01-01 00:00", "UTC"), 86_400, dtype=np.int64)
        walls = Clock(zones).wall(np.full_like(moments, number), moments)
        seen = [datetime.fromtimestamp(each, ZoneInfo(zone)).utcoffset() for each in moments.tolist()]
        assert (walls - moments).tolist() == [each.total_seconds() for each in seen if each is not None]


@given(
    st.lists(st.integers(-(10**6), 10**6) | st.integers(0, 30)),
    st.lists(st.integers(-(2 * 10**6), 2 * 10**6), min_size=1),
)
def test_a_ladder_finds_what_a_binary_search_finds(keys: list[int], values: list[int]) -> None:
    rungs, wanted = np.array(sorted(keys), dtype=np.int64), np.array(values, dtype=np.int64)
    assert Ladder(rungs).below(wanted).tolist() == np.searchsorted(rungs, wanted, "left").tolist()


def test_the_oracle_itself_sees_a_lunch_break() -> None:
    lunching = Calendar("c", week=(((540, 720), (780, 1080)),) * 7, holidays="none")
    minutes = worked_minutes(lunching)
    assert len(minutes) == DAYS * 8 * 60
    assert table_of(lunching).day_seconds(np.array([0])).tolist() == [8 * 3600]
