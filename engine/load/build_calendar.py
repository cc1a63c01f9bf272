"""Nodes to calendars: hours, holidays, closures and one-off days."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.load.draft import Draft
from engine.load.nodes import MapNode, Node
from engine.load.reading import day, entries, items, mapping, text, title, word, words
from engine.problems import Problem
from engine.text import Word

if TYPE_CHECKING:
    from engine.calendars.calendar import Block, Closure, YearTable

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_LONGEST = timedelta(days=366)


def add_calendar(draft: Draft, node: MapNode) -> None:
    """Add a calendar."""
    from engine.calendars.calendar import Calendar

    name, problems = text(node.get("id")), draft.problems
    if not draft.is_new("calendar", name, name.span):
        return
    week = mapping(node.get("week"))
    draft.calendars[name] = Calendar(
        calendar_id=str(name),
        zone=_zone(word(node.get("zone")), problems),
        week=tuple(_blocks(week.get(each), problems) for each in WEEKDAYS),
        holidays=cast("Literal['china', 'none']", str(word(node.get("holidays")) or "china")),
        years=_years(node, problems),
        closures=_closures(node, problems),
        open_days=_open_days(node, problems),
        makeup_hours=_blocks(node.get("makeup_hours"), problems),
    )


def _zone(written: Word | None, problems: list[Problem]) -> str:
    if written is None:
        return "Asia/Shanghai"
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f'"{written}" is no time zone'
        problems.append(Problem(written.span, "calendar-zone", message, hint="write it as Asia/Shanghai"))
        return "Asia/Shanghai"
    return str(written)


def _blocks(node: Node | None, problems: list[Problem]) -> "tuple[Block, ...]":
    """Return hours as minutes of the day, in the order written, or up to the first fault."""
    blocks: list[tuple[int, int]] = []
    for written in words(node):
        block = _block(written)
        if block is None or block[0] >= block[1]:
            message = f'"{written}" is no stretch of hours of one day'
            problems.append(
                Problem(
                    written.span,
                    "calendar-hours",
                    message,
                    hint="write it as 09:00-12:00; midnight at the end is 24:00",
                )
            )
            break
        if blocks and block[0] < blocks[-1][1]:
            message = f'"{written}" begins before the hours written before it end'
            problems.append(Problem(written.span, "calendar-hours", message, hint="write the hours of a day in order"))
            break
        blocks.append(block)
    return tuple(blocks)


def _block(written: str) -> tuple[int, int] | None:
    match = _HOURS.fullmatch(written)
    if match is None:
        return None
    hour, minute, end_hour, end_minute = map(int, match.groups())
    begin, end = hour * 60 + minute, end_hour * 60 + end_minute
    return (begin, end) if minute < 60 and end_minute < 60 and end <= 1440 else None


def _days(node: Node | None, problems: list[Problem]) -> Iterator[tuple[date, Word]]:
    """Return each day of a list of days and of first..last, with the word that named it."""
    for written in words(node):
        begin, _, end = written.partition("..")
        first = day(Word(begin, written.part(0, len(begin))), problems)
        last = day(Word(end, written.part(len(begin) + 2, len(written))), problems) if end else first
        if first is None or last is None:
            continue
        if last < first or last - first > _LONGEST:
            message = f'"{written}" does not run from a day to a later one of the same year'
            problems.append(Problem(written.span, "bad-date", message))
            continue
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset), written


def _years(node: MapNode, problems: list[Problem]) -> "Mapping[int, YearTable]":
    from engine.calendars.calendar import YearTable

    years = {}
    for year, each in entries(node, "years"):
        holidays = dict(_days(mapping(each).get("holidays"), problems))
        makeup = {}
        for found, written in _days(mapping(each).get("makeup_workdays"), problems):
            if found in holidays:
                message = f"{found} is a holiday in line {holidays[found].span.line}, and a make-up workday here"
                problems.append(Problem(written.span, "calendar-days", message, hint="delete one of them"))
            else:
                makeup[found] = written
        years[int(year)] = YearTable(frozenset(holidays), frozenset(makeup))
    return years


def _closures(node: MapNode, problems: list[Problem]) -> "tuple[Closure, ...]":
    from engine.calendars.calendar import Closure

    closures = []
    for each in items(node.get("closures")):
        read = mapping(each)
        end = text(read.get("to"))
        first, last = day(text(read.get("from")), problems), day(end, problems)
        if first is None or last is None:
            continue
        if last < first:
            problems.append(Problem(end.span, "bad-date", f"the closure ends on {last}, before it begins on {first}"))
            continue
        titled = title(read.get("title"))
        closures.append(Closure(first, last, titled.text("zh")))
    return tuple(closures)


def _open_days(node: MapNode, problems: list[Problem]) -> "Mapping[date, tuple[Block, ...]]":
    open_days = {}
    for written, each in entries(node, "open_days"):
        if (found := day(written, problems)) is not None:
            open_days[found] = _blocks(each, problems)
    return open_days
