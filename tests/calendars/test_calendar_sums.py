"""Sums that a school can check by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest

from engine.calendars import columns
from engine.calendars.calendar import Block, Calendar, Closure
from engine.calendars.columns import add_working, one, working_between, working_day_seconds
from engine.calendars.steps import deadline_sum, skip_reason
from engine.calendars.table import NULL, OutOfRange, WorkTable, table_of
from engine.calendars.zones import moment_of, moment_text

HOUR = 3600
LUNCH: tuple[Block, ...] = ((540, 720), (780, 1080))
SHORT: tuple[Block, ...] = ((540, 720), (780, 1050))
OFFICE = Calendar("office")
LUNCHING = Calendar("lunching", week=(LUNCH,) * 5 + ((), ()))
SEVEN_AND_A_HALF = Calendar("seven_and_a_half", week=(SHORT,) * 5 + ((), ()))
WEEKEND_CAMPUS = Calendar("weekend_campus", week=((), (), *(((600, 1200),),) * 5))
LONDON = Calendar("london", "Europe/London", holidays="none")
NIGHT_DESK = Calendar("night_desk", "Europe/London", week=(((0, 1440),),) * 7, holidays="none")
IDLE = Calendar("idle", week=((),) * 7)

ADD: list[tuple[str, Calendar, str, float, str]] = [
    ("two hours on Friday evening end on make-up Saturday 9 May", OFFICE, "2026-05-08 17:00", 2, "2026-05-09 10:00"),
    ("two hours before Labour Day end after it", OFFICE, "2026-04-30 17:00", 2, "2026-05-06 10:00"),
    ("the make-up Saturday before Spring Festival counts", OFFICE, "2026-02-13 17:00", 2, "2026-02-14 10:00"),
    ("nine days of Spring Festival don't count", OFFICE, "2026-02-14 17:00", 2, "2026-02-24 10:00"),
    ("eight hours across National Day end on 8 October", OFFICE, "2026-09-30 16:00", 8, "2026-10-08 15:00"),
    ("make-up Sunday 20 September counts", OFFICE, "2026-09-18 17:30", 1, "2026-09-20 09:30"),
    ("make-up Saturday 10 October counts", OFFICE, "2026-10-09 18:00", 1, "2026-10-10 10:00"),
    ("a campus that rests Monday and Tuesday", WEEKEND_CAMPUS, "2026-03-08 19:00", 2, "2026-03-11 11:00"),
    ("lunch doesn't count", LUNCHING, "2026-03-04 11:30", 1, "2026-03-04 13:30"),
    ("work that ends with the morning ends at twelve", LUNCHING, "2026-03-04 11:00", 1, "2026-03-04 12:00"),
    ("an hour asked for at lunch", LUNCHING, "2026-03-04 12:15", 1, "2026-03-04 14:00"),
    ("a day's work ends at six, not next morning", OFFICE, "2026-03-04 09:00", 9, "2026-03-04 18:00"),
    ("half a working day of seven and a half hours", SEVEN_AND_A_HALF, "2026-03-04 09:00", 3.75, "2026-03-04 13:45"),
    ("no time at all, even at night", OFFICE, "2026-03-07 23:10", 0, "2026-03-07 23:10"),
    ("an hour from the night before", OFFICE, "2026-03-03 23:10", 1, "2026-03-04 10:00"),
    ("two working days before Monday's lesson", OFFICE, "2026-03-09 10:00", -18, "2026-03-05 10:00"),
    ("an hour back over lunch", LUNCHING, "2026-03-04 13:30", -1, "2026-03-04 11:30"),
    ("counted back to the block's start", LUNCHING, "2026-03-04 14:00", -1, "2026-03-04 13:00"),
    ("an hour before a Sunday lesson", OFFICE, "2026-03-08 10:00", -1, "2026-03-06 17:00"),
    ("a night of 23 hours in London", NIGHT_DESK, "2026-03-28 12:00", 24, "2026-03-29 13:00"),
    ("a night of 25 hours in London", NIGHT_DESK, "2026-10-24 12:00", 24, "2026-10-25 11:00"),
    ("London office hours keep to the wall", LONDON, "2026-03-27 17:00", 2, "2026-03-30 10:00"),
]


@pytest.mark.parametrize(("calendar", "start", "hours", "due"), [row[1:] for row in ADD], ids=[row[0] for row in ADD])
def test_working_time_is_added(calendar: Calendar, start: str, hours: float, due: str) -> None:
    moment = moment_of(start, calendar.zone)
    assert moment_text(one(add_working, calendar, moment, round(hours * HOUR)), calendar.zone) == due


WALL: list[tuple[str, str, Calendar, str, tuple[int, ...], str]] = [
    ("31 January and a month", "add_months", OFFICE, "2026-01-31 09:30", (1,), "2026-02-28 09:30"),
    ("31 January and a month in a leap year", "add_months", OFFICE, "2028-01-31 09:30", (1,), "2028-02-29 09:30"),
    ("a month back from 31 March", "add_months", OFFICE, "2026-03-31 09:30", (-1,), "2026-02-28 09:30"),
    ("thirteen months", "add_months", OFFICE, "2026-05-15 23:59", (13,), "2027-06-15 23:59"),
    ("a week over the change of clocks", "add_days", LONDON, "2026-03-25 09:00", (7,), "2026-04-01 09:00"),
    ("a month over the change of clocks", "add_months", LONDON, "2026-10-10 09:00", (1,), "2026-11-10 09:00"),
    ("a time that the clocks skip", "add_days", LONDON, "2026-03-28 01:30", (1,), "2026-03-29 02:00"),
    ("the end of a day", "end_of_day", OFFICE, "2026-03-04 00:00", (), "2026-03-04 23:59"),
    ("the start of a day", "start_of_day", OFFICE, "2026-03-04 23:59", (), "2026-03-04 00:00"),
    ("the end of a week that ends today", "end_of_week", OFFICE, "2026-03-08 12:00", (), "2026-03-08 23:59"),
    ("the start of a week", "start_of_week", OFFICE, "2026-03-08 12:00", (), "2026-03-02 00:00"),
    ("the end of February", "end_of_month", OFFICE, "2026-02-01 00:00", (), "2026-02-28 23:59"),
    ("the start of a month", "start_of_month", OFFICE, "2026-02-28 23:00", (), "2026-02-01 00:00"),
    ("the end of a quarter", "end_of_quarter", OFFICE, "2026-11-05 10:00", (), "2026-12-31 23:59"),
    ("Friday noon from Friday at noon", "next_weekday_time", OFFICE, "2026-03-06 12:00", (4, 720), "2026-03-13 12:00"),
    ("Friday noon from Friday before", "next_weekday_time", OFFICE, "2026-03-06 11:59", (4, 720), "2026-03-06 12:00"),
    ("Friday noon from the weekend", "next_weekday_time", OFFICE, "2026-03-07 10:00", (4, 720), "2026-03-13 12:00"),
    ("close of a working day", "close_of_day", LUNCHING, "2026-03-04 12:30", (), "2026-03-04 18:00"),
    ("close of the day at the close", "close_of_day", OFFICE, "2026-03-06 18:00", (), "2026-03-06 18:00"),
    ("close of the day after the close", "close_of_day", OFFICE, "2026-03-06 18:01", (), "2026-03-09 18:00"),
    ("close of a rest day", "close_of_day", OFFICE, "2026-03-07 10:00", (), "2026-03-09 18:00"),
    ("close of the next workday", "close_of_workday", OFFICE, "2026-03-06 10:00", (1,), "2026-03-09 18:00"),
    ("close of the next from a Saturday", "close_of_workday", OFFICE, "2026-03-07 10:00", (1,), "2026-03-09 18:00"),
    ("close of the third workday", "close_of_workday", OFFICE, "2026-03-05 10:00", (3,), "2026-03-10 18:00"),
    ("close of the workday before", "close_of_workday", OFFICE, "2026-03-09 10:00", (-1,), "2026-03-06 18:00"),
    ("close of the one before a Sunday", "close_of_workday", OFFICE, "2026-03-08 10:00", (-1,), "2026-03-06 18:00"),
    ("close of this workday", "close_of_workday", OFFICE, "2026-03-07 10:00", (0,), "2026-03-09 18:00"),
    ("the next working moment at work", "next_working_moment", OFFICE, "2026-03-04 10:00", (), "2026-03-04 10:00"),
    ("the next working moment at lunch", "next_working_moment", LUNCHING, "2026-03-04 12:00", (), "2026-03-04 13:00"),
    ("the next working moment on Friday", "next_working_moment", OFFICE, "2026-03-06 18:00", (), "2026-03-09 09:00"),
    ("a job due on 1 October", "previous_workday_time", OFFICE, "2026-10-01 08:00", (), "2026-09-30 08:00"),
    ("a job due on 3 October, later", "next_workday_time", OFFICE, "2026-10-03 08:00", (), "2026-10-08 08:00"),
    ("a job due on a workday stays", "previous_workday_time", OFFICE, "2026-10-08 20:00", (), "2026-10-08 20:00"),
]


@pytest.mark.parametrize(
    ("act", "calendar", "start", "amounts", "answer"), [row[1:] for row in WALL], ids=[row[0] for row in WALL]
)
def test_moments_are_found(act: str, calendar: Calendar, start: str, amounts: tuple[int, ...], answer: str) -> None:
    function: Callable[..., Any] = getattr(columns, act)
    assert moment_text(one(function, calendar, moment_of(start, calendar.zone), *amounts), calendar.zone) == answer


def test_a_moment_has_the_parts_of_its_wall_time() -> None:
    moment = moment_of("2026-11-08 00:05", "Asia/Shanghai")  # in UTC it is still Saturday
    names = ["year", "month", "day", "quarter", "weekday", "minute_of_day", "local_date_ordinal", "local_day"]
    answers = [one(getattr(columns, name), OFFICE, moment) for name in names]
    today = date(2026, 11, 8)
    assert answers == [2026, 11, 8, 4, 6, 5, today.toordinal(), (today - date(1970, 1, 1)).days]
    assert one(columns.is_weekend, OFFICE, moment)
    assert not one(columns.is_weekend, LONDON, moment_of("2026-11-09 00:05", "Europe/London"))


def test_working_time_between_is_negative_backwards() -> None:
    friday, monday = moment_of("2026-03-06 17:00", OFFICE.zone), moment_of("2026-03-09 09:30", OFFICE.zone)
    assert one(working_between, OFFICE, friday, monday) == 1.5 * HOUR
    assert one(working_between, OFFICE, monday, friday) == -1.5 * HOUR


def test_parts_of_a_working_day_are_exact() -> None:
    table = WorkTable.build([OFFICE, SEVEN_AND_A_HALF], date(2026, 1, 1), date(2026, 12, 31))
    seconds = working_day_seconds(table, np.array([0, 1, 1]), np.array([1, 0.5, 0.1]))
    assert seconds.tolist() == [9 * HOUR, 3 * HOUR + 45 * 60, 45 * 60]


def test_rows_of_different_calendars_are_computed_together_and_unknown_ones_stay_unknown() -> None:
    table = WorkTable.build([OFFICE, WEEKEND_CAMPUS, LONDON], date(2026, 1, 1), date(2026, 12, 31))
    start = moment_of("2026-05-08 17:00", "Asia/Shanghai")
    starts, amounts = np.array([start, start, start, NULL, start]), np.array([HOUR] * 4 + [NULL])
    due = add_working(table, np.array([0, 1, 2, 0, 0]), starts, amounts)
    assert moment_text(int(due[0]), OFFICE.zone) == "2026-05-08 18:00"
    assert moment_text(int(due[1]), OFFICE.zone) == "2026-05-08 18:00"
    assert moment_text(int(due[2]), LONDON.zone) == "2026-05-08 11:00"
    assert due[3:].tolist() == [NULL, NULL]
    assert columns.is_workday(table, 0, np.array([start, NULL])).tolist() == [True, False]
    assert columns.year(table, 0, np.array([NULL, start])).tolist() == [NULL, 2026]
    assert add_working(table, 0, np.array([], dtype=np.int64), 5).tolist() == []


def test_due_moments_of_a_year_without_a_notice_are_provisional() -> None:
    start, end = moment_of("2026-12-30 17:00", OFFICE.zone), moment_of("2027-01-04 10:00", OFFICE.zone)
    assert one(columns.is_provisional, OFFICE, start, end)
    assert one(columns.is_provisional, OFFICE, end, start)
    assert not one(columns.is_provisional, OFFICE, start, start)
    assert not one(columns.is_provisional, LONDON, start, end)


def test_decades_away_the_table_grows() -> None:
    table = WorkTable.build([OFFICE, WEEKEND_CAMPUS], date(2026, 1, 1), date(2026, 1, 31))
    start = moment_of("2061-03-07 10:00", OFFICE.zone)  # a Monday
    assert table.covers(np.array([start, NULL, moment_of("2026-01-15 10:00", OFFICE.zone)])).tolist() == [
        False,
        True,
        True,
    ]
    assert moment_text(one(add_working, table, start, 2 * HOUR), OFFICE.zone) == "2061-03-07 12:00"
    assert table.covers(np.array([start])).all()
    past = moment_of("1975-03-03 10:00", OFFICE.zone)
    assert moment_text(one(columns.close_of_workday, table, past, -1), OFFICE.zone) == "1975-02-28 18:00"
    years = one(add_working, WorkTable.build([OFFICE], date(2026, 1, 1), date(2026, 1, 2)), past, 9 * HOUR * 5000)
    assert one(working_between, table, past, years) == 9 * HOUR * 5000


@pytest.mark.parametrize(
    ("act", "start", "amounts"),
    [
        (add_working, "2026-03-04 10:00", (10**10,)),
        (add_working, "2026-03-04 10:00", (-(10**18),)),
        (add_working, "2150-03-04 10:00", (40 * 365 * 24 * HOUR,)),
        (add_working, "2230-03-04 10:00", (HOUR,)),
        (columns.add_months, "2026-03-04 10:00", (12 * 200,)),
        (columns.add_days, "2026-03-04 10:00", (10**17,)),
        (columns.end_of_day, "1969-03-04 10:00", ()),
        (columns.close_of_workday, "2026-03-04 10:00", (10**6,)),
        (working_between, "2026-03-04 10:00", (10**17,)),
    ],
)
def test_centuries_away_is_out_of_range(act: Callable[..., Any], start: str, amounts: tuple[int, ...]) -> None:
    from datetime import datetime

    moment = int((datetime.fromisoformat(start) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001
    with pytest.raises(OutOfRange, match="1970 to 2199"):
        one(act, OFFICE, moment, *amounts)


@pytest.mark.parametrize("act", ["next_working_moment", "close_of_day", "next_workday_time", "previous_workday_time"])
def test_a_calendar_without_work_is_reported(act: str) -> None:
    with pytest.raises(OutOfRange, match='calendar "idle" has too little working time'):
        one(getattr(columns, act), IDLE, moment_of("2026-03-04 10:00", IDLE.zone))
    with pytest.raises(OutOfRange, match="idle"):
        one(add_working, IDLE, moment_of("2026-03-04 10:00", IDLE.zone), 60)


def test_a_campus_open_on_single_days_works_those_alone() -> None:
    popup = Calendar(
        "popup", week=((),) * 7, open_days={date(2026, 3, 7): ((600, 720),), date(2031, 3, 7): ((600, 720),)}
    )
    start = moment_of("2026-03-07 11:00", popup.zone)
    assert moment_text(one(add_working, popup, start, 2 * HOUR), popup.zone) == "2031-03-07 11:00"
    with pytest.raises(OutOfRange, match="popup"):
        one(add_working, popup, start, 4 * HOUR)


def test_calendars_with_equal_rules_share_their_hours() -> None:
    alike = [Calendar(f"campus_{number}") for number in range(50)]
    table = WorkTable.build([*alike, LONDON], date(2026, 1, 1), date(2026, 12, 31))
    assert table.rows.tolist() == [0] * 50 + [1]


def test_hours_that_the_clocks_skip_have_no_length() -> None:
    early = Calendar("early", "Europe/London", week=(((75, 90), (90, 180)),) * 7, holidays="none")
    before, after = moment_of("2026-03-29 00:00", early.zone), moment_of("2026-03-29 12:00", early.zone)
    assert one(working_between, early, before, after) == HOUR


def test_a_sum_is_told_day_by_day() -> None:
    winter = Closure(date(2026, 10, 9), date(2026, 10, 9), "运动会")
    campus = Calendar("c", week=(LUNCH,) * 5 + ((), ()), closures=(winter,))
    lines = deadline_sum(campus, moment_of("2026-09-30 16:00", campus.zone), 11 * HOUR)
    told = [(str(line.day), line.taken // HOUR, line.remaining // HOUR, line.why, line.reason) for line in lines]
    assert told == [
        ("2026-09-30", 2, 9, "workday", ""),
        *((f"2026-10-0{day}", 0, 9, "holiday", "National Day holiday") for day in range(1, 8)),
        ("2026-10-08", 8, 1, "workday", ""),
        ("2026-10-09", 0, 1, "closure", "closure: 运动会"),
        ("2026-10-10", 1, 0, "makeup_workday", ""),
    ]
    parts = [(moment_text(low, campus.zone), moment_text(high, campus.zone)) for low, high in lines[8].counted]
    assert parts == [("2026-10-08 09:00", "2026-10-08 12:00"), ("2026-10-08 13:00", "2026-10-08 18:00")]


def test_a_sum_backwards_begins_with_the_later_day() -> None:
    lines = deadline_sum(OFFICE, moment_of("2026-03-09 10:00", OFFICE.zone), -2 * HOUR)
    assert [(line.day.day, line.taken, line.remaining) for line in lines] == [
        *((9, HOUR, HOUR), (8, 0, HOUR), (7, 0, HOUR), (6, HOUR, 0)),
    ]


def test_each_kind_of_skipped_day_has_its_words() -> None:
    campus = Calendar("c", open_days={date(2026, 3, 4): ()})
    days = [date(2026, 3, 4), date(2026, 3, 7), date(2026, 2, 17), date(2026, 3, 5)]
    assert [skip_reason(campus, day) for day in days] == [
        *("no hours that day", "rest day", "Spring Festival holiday", "outside working hours"),
    ]


def test_one_table_serves_all_sums_of_a_calendar() -> None:
    assert table_of(Calendar("office")) is table_of(OFFICE)


def test_the_friday_that_samoa_left_out_is_no_workday() -> None:
    samoa = Calendar("samoa", "Pacific/Apia", holidays="none")
    thursday = moment_of("2011-12-29 10:00", samoa.zone)
    assert moment_text(one(columns.close_of_workday, samoa, thursday, 1), samoa.zone) == "2012-01-02 18:00"
    assert moment_text(one(add_working, samoa, thursday, 9 * HOUR), samoa.zone) == "2012-01-02 10:00"
