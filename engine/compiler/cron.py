"""When a cron line fires, as wall times: the line is read by croniter, the days are laid out in columns."""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np

from engine.compiler.timeline import Ints

DAY = 86_400


@lru_cache(maxsize=256)
def walls(line: str, first_day: int, last_day: int) -> Ints:
    """Return the wall times (seconds since 1970 on that wall) at which a line fires on the days from first to last.

    >>> [int(each) // 3600 for each in walls("0 17 * * FRI", 20514, 20520)]  # Monday 2 to Sunday 8 March 2026
    [492449]
    """
    from croniter import croniter

    fields, nth_weekdays = croniter.expand(line)
    minutes, hours, days, months, weekdays = fields[:5]
    if (
        len(fields) > 5
        or nth_weekdays
        or any(isinstance(each, str) and each != "*" for part in fields for each in part)
    ):
        return _one_by_one(line, first_day, last_day)
    every = np.arange(first_day, last_day + 1)
    month = every.astype("M8[D]").astype("M8[M]")
    in_month = _is_in(months, month.astype(np.int64) % 12 + 1)
    by_day = _is_in(days, every - month.astype("M8[D]").astype(np.int64) + 1)
    by_weekday = _is_in([each if each == "*" else each % 7 for each in weekdays], (every + 4) % 7)
    either = by_day | by_weekday if days != ["*"] and weekdays != ["*"] else by_day & by_weekday
    times = np.array([hour * 3600 + minute * 60 for hour in _all(hours, 24) for minute in _all(minutes, 60)])
    return np.sort((every[in_month & either][:, None] * DAY + times[None, :]).ravel()).astype(np.int64)


def _all(values: list[int | str], count: int) -> list[int]:
    return list(range(count)) if values == ["*"] else sorted(int(each) for each in values)


def _is_in(values: list[int | str], column: Ints) -> np.ndarray:
    return np.ones(len(column), bool) if values == ["*"] else np.isin(column, [int(each) for each in values])


def _one_by_one(line: str, first_day: int, last_day: int) -> Ints:
    """Return the same for the rarer forms of a line, such as the last day of a month."""
    from croniter import croniter

    found = croniter(line, datetime.fromtimestamp(first_day * DAY - 60, UTC))
    moments = []
    while (at := int(found.get_next(float))) < (last_day + 1) * DAY:
        moments.append(at)
    return np.array(moments, np.int64)
