"""What a calendar says of single days."""

from datetime import date, timedelta

import numpy as np
import pytest

from engine.calendars.calendar import Block, Calendar, Closure, Why, YearTable
from engine.calendars.columns import is_provisional, is_workday
from engine.calendars.official import official
from engine.calendars.table import WorkTable
from engine.calendars.zones import moment_of

MORNING: tuple[Block, ...] = ((540, 720),)
DAY_WITH_LUNCH: tuple[Block, ...] = ((540, 720), (780, 1080))
OFFICE = Calendar("office")
WEEKEND_CAMPUS = Calendar("weekend_campus", week=((), (), *(((600, 1200),),) * 5))

CHINA_2026: list[tuple[str, str, Why, str | None]] = [
    ("New Year's Day is a holiday", "2026-01-01", "holiday", "元旦"),
    ("Sunday 4 January makes up for the Friday after New Year", "2026-01-04", "makeup_workday", "元旦"),
    ("the Saturday before Spring Festival is worked", "2026-02-14", "makeup_workday", "春节"),
    ("Spring Festival begins on Sunday 15 February", "2026-02-15", "holiday", "春节"),
    ("Spring Festival ends on Monday 23 February", "2026-02-23", "holiday", "春节"),
    ("work begins again on Tuesday 24 February", "2026-02-24", "workday", None),
    ("the Saturday after Spring Festival is worked", "2026-02-28", "makeup_workday", "春节"),
    ("Tomb-sweeping Day rests on Monday", "2026-04-06", "holiday", "清明"),
    ("Labour Day ends on Tuesday 5 May", "2026-05-05", "holiday", "劳动节"),
    ("Saturday 9 May makes up for Labour Day", "2026-05-09", "makeup_workday", "劳动节"),
    ("Sunday 10 May is a Sunday like any", "2026-05-10", "rest_day", None),
    ("Dragon Boat Festival is a Friday", "2026-06-19", "holiday", "端午"),
    ("Sunday 20 September makes up for National Day", "2026-09-20", "makeup_workday", "国庆节"),
    ("Mid-autumn is a Friday", "2026-09-25", "holiday", "中秋"),
    ("National Day ends on Wednesday 7 October", "2026-10-07", "holiday", "国庆节"),
    ("Saturday 10 October makes up for National Day", "2026-10-10", "makeup_workday", "国庆节"),
]


@pytest.mark.parametrize(("day", "why", "name"), [row[1:] for row in CHINA_2026], ids=[row[0] for row in CHINA_2026])
def test_the_notice_for_2026_is_kept(day: str, why: Why, name: str | None) -> None:
    on = date.fromisoformat(day)
    found = OFFICE.name(on)
    assert (OFFICE.why(on), found.zh if found else None) == (why, name)
    assert OFFICE.is_workday(on) == (why in {"workday", "makeup_workday"})


def test_an_office_works_exactly_the_days_that_the_official_tables_work() -> None:
    import chinese_calendar

    day = date(2004, 1, 1)
    while day <= date(max(official().years), 12, 31):
        assert OFFICE.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_a_campus_that_rests_monday_and_tuesday_works_ordinary_hours_on_a_makeup_saturday() -> None:
    saturday = date(2026, 5, 9)
    assert WEEKEND_CAMPUS.why(saturday) == "workday"
    assert WEEKEND_CAMPUS.blocks_on(saturday) == ((600, 1200),)
    assert WEEKEND_CAMPUS.why(date(2026, 5, 11)) == "rest_day"


def test_a_holiday_on_a_worked_sunday_is_rest() -> None:
    assert WEEKEND_CAMPUS.why(date(2026, 4, 5)) == "holiday"
    assert WEEKEND_CAMPUS.blocks_on(date(2026, 4, 5)) == ()


def test_a_makeup_workday_has_the_hours_of_the_longest_ordinary_day() -> None:
    campus = Calendar("c", week=(MORNING, MORNING, DAY_WITH_LUNCH, MORNING, MORNING, (), ()))
    assert campus.blocks_on(date(2026, 5, 9)) == DAY_WITH_LUNCH


def test_a_makeup_workday_has_its_own_hours_where_the_campus_says_so() -> None:
    campus = Calendar("c", makeup_hours=MORNING)
    assert campus.blocks_on(date(2026, 5, 9)) == MORNING
    assert campus.blocks_on(date(2026, 5, 8)) == ((540, 1080),)


def test_one_off_hours_beat_a_closure_and_a_closure_beats_a_holiday() -> None:
    winter = Closure(date(2026, 2, 9), date(2026, 2, 28), "寒假")
    campus = Calendar("c", closures=(winter,), open_days={date(2026, 2, 18): MORNING, date(2026, 3, 2): ()})
    assert [campus.why(date(2026, 2, day)) for day in (8, 9, 14, 17, 18, 28)] == [
        *("rest_day", "closure", "closure", "closure", "open_day", "closure"),
    ]
    assert campus.blocks_on(date(2026, 2, 18)) == MORNING
    assert not campus.is_workday(date(2026, 3, 2)), "a day opened with no hours is shut"
    name = campus.name(date(2026, 2, 17))
    assert name is not None
    assert name.zh == "寒假"


def test_a_year_without_a_notice_keeps_the_fixed_days_and_says_so() -> None:
    year = max(official().years) + 1
    fixed = [date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))]
    assert {OFFICE.why(day) for day in fixed} == {"holiday"}
    assert OFFICE.name(fixed[-1]) == ("国庆节", "National Day")
    assert all(OFFICE.is_provisional(day) for day in fixed)
    assert not OFFICE.is_provisional(date(year - 1, 12, 31))
    ordinary = (date(year, 1, 1) + timedelta(days) for days in range(365))
    assert not {OFFICE.why(day) for day in ordinary} & {"makeup_workday"}


def test_a_year_that_the_campus_lists_itself_is_not_provisional() -> None:
    table = YearTable(frozenset({date(2027, 2, 8)}), frozenset({date(2027, 2, 13), date(2026, 12, 27)}))
    campus = Calendar("c", years={2027: table})
    assert not campus.is_provisional(date(2027, 6, 1))
    assert campus.is_provisional(date(2028, 6, 1))
    assert campus.why(date(2027, 2, 8)) == "holiday"
    assert campus.why(date(2027, 2, 13)) == "makeup_workday"
    assert campus.why(date(2026, 12, 27)) == "makeup_workday", "a notice may name days of the December before"
    assert campus.why(date(2027, 10, 1)) == "workday", "the campus's table stands in place of any other"
    assert campus.why(date(2026, 10, 1)) == "holiday"


def test_a_campus_abroad_knows_no_chinese_holiday_and_is_never_provisional() -> None:
    london = Calendar("london", "Europe/London", holidays="none")
    assert london.why(date(2026, 10, 1)) == "workday"
    assert london.why(date(2026, 5, 9)) == "rest_day"
    assert not london.is_provisional(date(2090, 1, 1))


def test_the_standard_day_is_the_commonest_and_the_longest_of_equals() -> None:
    assert OFFICE.day_minutes == 540
    assert Calendar("c", week=(MORNING, MORNING, DAY_WITH_LUNCH, DAY_WITH_LUNCH, (), (), ())).day_minutes == 480
    assert Calendar("c", week=((),) * 7).day_minutes == 0


@pytest.mark.parametrize(
    "week",
    [((),) * 6, (((600, 540),), *((),) * 6), (((540, 720), (700, 800)), *((),) * 6), (((0, 1441),), *((),) * 6)],
    ids=["six days", "ends before it starts", "overlaps", "past midnight"],
)
def test_hours_out_of_order_are_refused(week: tuple[tuple[Block, ...], ...]) -> None:
    with pytest.raises(ValueError, match='calendar "c" has'):
        Calendar("c", week=week)


def test_columns_say_what_the_calendar_says_of_each_day() -> None:
    winter = Closure(date(2026, 1, 20), date(2026, 2, 25), "寒假")
    campus = Calendar("c", week=WEEKEND_CAMPUS.week, closures=(winter,), open_days={date(2026, 2, 2): MORNING})
    calendars = [OFFICE, WEEKEND_CAMPUS, campus]
    table = WorkTable.build(calendars, date(2026, 1, 1), date(2026, 3, 1))
    noon = moment_of("2025-12-01 12:00", "Asia/Shanghai")
    for number, calendar in enumerate(calendars):
        moments = np.arange(800, dtype=np.int64) * 86_400 + noon
        days = [date(2025, 12, 1) + timedelta(each) for each in range(800)]
        assert is_workday(table, number, moments).tolist() == [calendar.is_workday(day) for day in days]
        assert is_provisional(table, number, moments, moments).tolist() == [
            calendar.is_provisional(day) for day in days
        ]
