"""Moments and dates as people and spreadsheets write them, a column at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import polars as pl

from engine.calendars.zones import LIMIT, Clock

_EXACT: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
# 2026-03-01, 2026/3/1 9:30, 2026.3.1, 2026年3月1日 9时30分, 2026-03-01T09:30:15.000+08:00
_WRITTEN: Final = (
    r"^(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})"
    r"(?:(?:日\s*|T|\s+)(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})?(?:[:分](?P<second>\d{1,2})(?:\.\d+)?)?[分秒]?|日)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_EXCEL_EPOCH: Final = 25_569  # 1970-01-01 as Excel counts days
_EXCEL_DAYS: Final = (20_000.0, 80_000.0)


class Read:
    """A column of moments as read: wall time, or the moment itself where the text says its zone."""

    def __init__(self, texts: pl.Series) -> None:
        texts = texts.alias("text")
        exact = texts.str.to_datetime(_EXACT[0], strict=False, time_unit="us")
        if exact.null_count() > texts.null_count():
            exact = exact.fill_null(texts.str.to_datetime(_EXACT[1], strict=False, time_unit="us"))
        self.walls = exact
        self.fixed = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(texts))
        self.date_only = pl.Series([False]).new_from_index(0, len(texts))
        others = (exact.is_null() & texts.is_not_null()).arg_true()
        if len(others):
            walls, fixed, date_only = _slowly(texts.gather(others))
            self.walls = exact.scatter(others, walls)
            self.fixed = self.fixed.scatter(others, fixed)
            self.date_only = self.date_only.scatter(others, date_only)


def _slowly(texts: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    parts = texts.str.normalize("NFKC").str.extract_groups(_WRITTEN).struct.unnest()
    column = {name: pl.col(name).str.zfill(2) for name in ("month", "day", "hour", "minute", "second")}
    time = pl.concat_str([column[name].fill_null("00") for name in ("hour", "minute", "second")], separator=":")
    text = pl.concat_str([pl.col("year"), pl.lit("-"), column["month"], pl.lit("-"), column["day"], pl.lit(" "), time])
    found = parts.select(
        wall=text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us"),
        zone=pl.col("zone").str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True),
        date_only=pl.col("year").is_not_null() & pl.col("hour").is_null(),
    )
    number = texts.cast(pl.Float64, strict=False)
    is_serial = texts.str.contains(r"^\d{5}(\.\d+)?$") & number.is_between(*_EXCEL_DAYS)
    serial = ((number - _EXCEL_EPOCH) * 86_400).round(0).cast(pl.Int64, strict=False) * 1_000_000
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    offset = sign * (
        pl.col("zone").str.slice(1, 2).cast(pl.Int64) * 3600 + pl.col("zone").str.slice(3, 2).cast(pl.Int64) * 60
    )
    is_seconds = texts.str.contains(r"^\d{9,10}$")
    whole = found.with_columns(
        serial=serial.cast(pl.Datetime("us")), is_serial=is_serial, is_seconds=is_seconds, number=number
    )
    answer = whole.select(
        wall=pl.when("is_serial").then("serial").when(pl.col("zone").is_null()).then("wall"),
        fixed=pl.when("is_seconds")
        .then(pl.col("number").cast(pl.Int64, strict=False))
        .otherwise(pl.col("wall").dt.epoch("s") - offset),
        date_only=pl.col("date_only") | (pl.col("is_serial") & (pl.col("number") % 1 == 0)),
    )
    return answer["wall"], answer["fixed"], answer["date_only"]


def moments_of(read: Read, zones: pl.Series) -> pl.Series:
    """Return the moments of a column, null where a text is none or lies outside the years 1970 to 2199.

    `zones` names the zone of each row.
    """
    names = zones.unique().sort().to_list()
    number = zones.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    walls = read.walls.dt.epoch("s")
    in_reach = walls.is_between(*LIMIT).fill_null(value=False)
    safe = walls.set(~in_reach, 0).to_numpy()
    found = pl.Series(Clock(names).moment(number, safe)).set(~in_reach, None) if names else walls
    found = read.fixed.zip_with(read.fixed.is_not_null(), found)
    return found.set(~found.is_between(*LIMIT), None)


def dates_of(texts: pl.Series) -> pl.Series:
    """Return the dates of a column, null where a text is none; a time of day other than midnight makes it none."""
    walls = Read(texts).walls
    dates = walls.dt.date()
    return dates.set((walls != dates.cast(pl.Datetime("us"))).fill_null(value=False), None)


def one_moment(text: str, zone: str) -> int | None:
    """Return the moment that a text means, or None.

    >>> one_moment("2026年5月8日 17:00", "Asia/Shanghai"), one_moment("yesterday", "Asia/Shanghai")
    (1778230800, None)
    """
    found: Sequence[int | None] = moments_of(Read(pl.Series([text])), pl.Series([zone])).to_list()
    return found[0]


def now_text(now: int) -> str:
    """Return a moment in UTC, for a message about many campuses."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M UTC")
