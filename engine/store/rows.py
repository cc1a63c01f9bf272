"""Many rows out of SQLite quickly: the database joins whole columns into texts, polars reads the texts.

Python's sqlite3 makes an object of every value, 0.4 million rows a second here; this way it is 1.5 million for each
core, as the join runs outside the interpreter's lock. (The ADBC driver is no faster and brings a second copy of SQLite
into the process; closing a file in one copy drops the locks that the other holds on it, so a store could be damaged.)
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

from engine.store.typed import RAW

CHUNK: Final = 100_000

_COLUMNS: Final = tuple(RAW.names())
_JOINED: Final = [
    f"group_concat({'ifnull(data, char(123, 125))' if name == 'data' else name}, char(10))" for name in _COLUMNS
]
_SELECT: Final = f"SELECT {', '.join(_JOINED)} FROM events WHERE "  # noqa: S608, names of columns


def read_rows(link: sqlite3.Connection, where: str, values: Sequence[object]) -> pl.DataFrame:
    """Return the events for which `where` holds, as `typed.RAW`, in the order in which SQLite meets them."""
    texts = link.execute(_SELECT + where, tuple(values)).fetchone()
    if texts[0] is None:
        return pl.DataFrame(schema=RAW)
    return pl.DataFrame([_column(text, name) for text, name in zip(texts, _COLUMNS, strict=True)])


def _column(text: str | int, name: str) -> pl.Series:
    return pl.read_csv(
        str(text).encode(), has_header=False, separator="\x1f", quote_char=None, schema={name: RAW[name]}
    ).get_column(name)


def read_stretch(
    open_link: Callable[[], sqlite3.Connection], after: int, last: int, event: str | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the events numbered above `after` up to `last`, in order, by chunks read over several connections."""
    starts = range(after, last, CHUNK)
    links: list[sqlite3.Connection] = []
    workers = min(4, os.cpu_count() or 1, len(starts))
    where = "event_id > ? AND event_id <= ?" + ("" if event is None else " AND type = ?")

    def read(start: int) -> pl.DataFrame:
        link = links.pop() if links else open_link()
        values: list[object] = [start, min(start + CHUNK, last)]
        rows = read_rows(link, where, values if event is None else [*values, event])
        links.append(link)
        return rows

    if not starts:
        return
    with ThreadPoolExecutor(workers) as pool:
        # A few chunks ahead and no more, so that memory stays bounded.
        ahead = [pool.submit(read, start) for start in starts[: workers * 2]]
        for number in range(len(starts)):
            yield ahead.pop(0).result()
            if number + workers * 2 < len(starts):
                ahead.append(pool.submit(read, starts[number + workers * 2]))
    for link in links:
        link.close()
