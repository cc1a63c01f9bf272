"""Counts, sums and latest values over the events of each case, between two moments a row."""

import numpy as np
import polars as pl

from engine.compiler.timeline import UNKNOWN, Ints, Timeline, expand, to_series


def window(function: str, events: Timeline, field: str | None, rows: Ints, now: Ints, since: Ints | None) -> pl.Series:
    """Return `function` over the events of each row after `since` (none or UNKNOWN: from the first) up to `now`."""
    first = events.begins(rows)
    if since is not None:
        first = np.where(since == UNKNOWN, first, events.through(rows, since))
    last = np.maximum(events.through(rows, now), first)
    some = last > first
    answer: pl.Series
    match function:
        case "count":
            answer = pl.Series((last - first).astype(np.float64))
        case "happened":
            answer = pl.Series(some)
        case "last" | "first":
            answer = to_series(events.moments(last - 1 if function == "last" else first, some))
        case "latest" | "earliest":
            answer = events.take(str(field), last - 1 if function == "latest" else first, some)
        case "sum" | "mean":
            answer = _running(function, events.frame[str(field)], first, last)
        case _:
            answer = _spread(function, events.frame[str(field)], first, last)
    return answer


def _running(function: str, column: pl.Series, first: Ints, last: Ints) -> pl.Series:
    """Return sums or means by the difference of two running sums; money stays exact."""
    whole = column.dtype == pl.Decimal
    values = (column * 100).cast(pl.Int64) if whole else column.cast(pl.Float64)
    running = np.concatenate([[0], np.cumsum(values.fill_null(0).to_numpy())])
    total = pl.Series(running[last] - running[first])
    if whole:
        total = (total.cast(pl.Decimal(20, 2)) / 100).cast(pl.Decimal(18, 2))
    if function == "sum":
        return total
    known = np.concatenate([[0], np.cumsum(column.is_not_null().to_numpy())])
    count = pl.Series((known[last] - known[first]).astype(np.float64))
    return (total.cast(pl.Float64) / count).set(count == 0, None)


def _spread(function: str, column: pl.Series, first: Ints, last: Ints) -> pl.Series:
    """Return min, max or the number of different values by laying every window out."""
    owner, place = expand(first, last)
    value = pl.col("value")
    how = {"min": value.min(), "max": value.max(), "count_of": value.drop_nulls().n_unique().cast(pl.Float64)}[function]
    found = pl.DataFrame({"owner": owner, "value": column.gather(place)}).group_by("owner").agg(how)
    every = pl.DataFrame({"owner": np.arange(len(first))}).join(found, on="owner", how="left", maintain_order="left")[
        "value"
    ]
    return every.fill_null(0.0) if function == "count_of" else every
