"""A store of any number of one-on-one students with about a hundred events each, in the shape of the sample campus.

The demo's generator plays the year of one small campus. A moment of that year is chosen at which its students have had
a hundred events on average; what they had had by then is copied, each copy with new case numbers and moved by some
days, so that openings and due moments spread over the calendar. Staff and campuses are there once.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

import polars as pl

from engine.store.sqlite import SqliteStore, open_store

PLAYED: Final = 120
EVENTS_EACH: Final = 100
UNTIL: Final = date(2026, 6, 30)
SHIFTS: Final = tuple(range(-12, 13, 3))
_COPIES_AT_ONCE: Final = 40
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_MOMENT: Final = range(1_500_000_000, 2_000_000_000)
_DAY_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\d(?=T|$)")


@dataclass(frozen=True)
class Campus:
    """What is copied: students, their events moved by each of SHIFTS, staff and campuses; the moment asked about."""

    as_of: int
    students: pl.DataFrame
    events: tuple[pl.DataFrame, ...]
    others: pl.DataFrame
    other_events: pl.DataFrame


def played_campus(cache: Path) -> Campus:
    """Return the campus; the year is played once and kept in a folder."""
    cases_file, events_file = cache / "played-cases.parquet", cache / "played-events.parquet"
    if not events_file.exists():
        _play(cases_file, events_file)
    cases, events = pl.read_parquet(cases_file), pl.read_parquet(events_file)
    is_ours = (pl.col("subject") == "student") & pl.col("fields").str.contains('"one_on_one"', literal=True)
    students = cases.filter(is_ours).sort("case_no")
    mine = events.join(students.select("case_no"), on="case_no", how="semi")
    as_of = _moment_of(students, mine)
    students = students.filter(pl.col("created_at") + max(SHIFTS) * _DAY < as_of - _DAY)
    others = cases.filter(pl.col("subject").is_in(["staff", "campus"]))
    rest = events.join(others.select("case_no"), on="case_no", how="semi").filter(pl.col("at") <= as_of)
    numbers = students.select("case_no").with_row_index("place").cast(pl.Int64)
    placed = mine.join(numbers, on="case_no").drop("case_no")
    moved = tuple(_moved(placed, days * _DAY).filter(pl.col("at") <= as_of) for days in SHIFTS)
    return Campus(as_of, students, moved, others, rest)


def _moment_of(students: pl.DataFrame, events: pl.DataFrame) -> int:
    """Return the first Thursday (9:00 in China) at which the students there are have had EVENTS_EACH on average."""
    first = int(students["created_at"].sort()[0])
    thursday = first // _WEEK * _WEEK + 3600  # 1 January 1970 was a Thursday
    for at in range(thursday + _WEEK, int(events["at"].sort()[-1]), _WEEK):
        born = students.filter(pl.col("created_at") < at).height
        if events.filter(pl.col("at") <= at).height >= born * EVENTS_EACH > 0:
            return at
    raise ValueError("the sample campus has too few events")


def _play(cases_file: Path, events_file: Path) -> None:
    from engine.demo.campus import Size, a_year
    from engine.store.log import case_frame
    from engine.store.typed import raw_rows

    year = a_year(Size(PLAYED, 0, 0, 12), Random(1), UNTIL)
    cases_file.parent.mkdir(parents=True, exist_ok=True)
    case_frame(year.cases).write_parquet(cases_file)
    raw_rows(year.events).drop("event_id").write_parquet(events_file)


def _moved(events: pl.DataFrame, seconds: int) -> pl.DataFrame:
    """Return events moved by whole days, the moments and days in their forms too."""
    data = pl.Series([_moved_data(text, seconds) for text in events["data"]], dtype=pl.String)
    return events.with_columns(pl.col("at") + seconds, pl.col("recorded_at") + seconds, data=data).sort("place", "at")


def _moved_data(text: str | None, seconds: int) -> str | None:
    if not text or not seconds:
        return text
    values = {name: _moved_value(value, seconds) for name, value in json.loads(text).items()}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _moved_value(value: object, seconds: int) -> object:
    if isinstance(value, int) and value in _MOMENT:
        return value + seconds
    if isinstance(value, str):
        days = timedelta(seconds=seconds)
        return _DAY_TEXT.sub(lambda found: str(date.fromisoformat(found[0]) + days), value)
    return value


def build(path: Path, students: int, campus: Campus) -> int:
    """Write a store of so many students and return how many events it has."""
    with open_store(path, create=True) as store:
        _others(store, campus)
        size = campus.students.height
        copies = -(-students // size)
        for first in range(0, copies, _COPIES_AT_ONCE):
            _copies(store, campus, range(first, min(first + _COPIES_AT_ONCE, copies)), students)
        return store.last_event_id()


def _others(store: SqliteStore, campus: Campus) -> None:
    added = store.add_cases(campus.others)
    numbers = campus.others.select("case_id", old="case_no").join(added, on="case_id")
    events = campus.other_events.rename({"case_no": "old"}).join(numbers, on="old").sort("case_no", "at")
    store.append(events.drop("old", "case_id"))


def _copies(store: SqliteStore, campus: Campus, copies: range, students: int) -> None:
    """Append some copies of the students and their events, sorted by case as an import leaves them."""
    size, first = campus.students.height, store.last_case_no() + 1
    cases, events = [], []
    for copy in copies:
        shift = copy % len(SHIFTS)
        number = first + (copy - copies.start) * size
        cases.append(
            campus.students.with_columns(
                case_id=pl.format("{}-{}", "case_id", pl.lit(copy)),
                created_at=pl.col("created_at") + SHIFTS[shift] * _DAY,
            )
        )
        events.append(campus.events[shift].with_columns(case_no=pl.col("place") + number))
    kept = min(students - copies.start * size, len(copies) * size)
    store.add_cases(pl.concat(cases).head(kept))
    every = pl.concat(events).filter(pl.col("case_no") < first + kept)
    store.append(every.drop("place"))
