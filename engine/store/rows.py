"""Many rows into SQLite and out of it quickly.

Reading: the database joins whole columns into texts, numpy and polars read the texts.

Python's sqlite3 makes an object of every value, 0.4 million rows a second here; this way it is 1.2 million on each
core, as the join runs outside the interpreter's lock. (The ADBC driver reads 1.5 million, on one core, and brings a
second copy of SQLite into the process; closing a file in one copy drops the locks that the other holds on it, and then
another process may fold up the log of writes under our feet.)
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.frames import CASES
from engine.store.typed import RAW

CHUNK: Final = 100_000
_AT_ONCE: Final = 50
_SHORT_TEXT: Final = 100  # characters of a text that a statement may repeat
_SHORT: Final = 1_000_000  # texts that Python splits sooner than several threads are called together

_NUMBERS: Final = ("event_id", "case_no", "at", "recorded_at")
# json_group_array writes a number without a call to malloc, whose lock would make the readers wait for each other.
_SELECT: Final = (
    f"SELECT {', '.join(f'json_group_array({name})' for name in _NUMBERS)}, "  # noqa: S608, names of columns
    "group_concat(type), group_concat(ifnull(data, '{}'), '\n') FROM events WHERE "
)


def read_rows(link: sqlite3.Connection, where: str, values: Sequence[object]) -> pl.DataFrame:
    """Return the events for which `where` holds, as `typed.RAW`, in the order in which SQLite meets them."""
    *numbers, types, data = link.execute(_SELECT + where, tuple(values)).fetchone()
    if types is None:
        return pl.DataFrame(schema=RAW)
    columns = [pl.Series(name, _numbers(text)) for name, text in zip(_NUMBERS, numbers, strict=True)]
    return pl.DataFrame([*columns, _texts("type", types, ","), _texts("data", data, "\n")]).select(RAW.names())


def read_cases(link: sqlite3.Connection, where: str, values: Sequence[object]) -> pl.DataFrame:
    """Return the cases for which `where` holds, by number: `frames.CASES` and their first facts as JSON text."""
    schema = {**CASES, "fields": pl.String()}
    chosen = f"SELECT {', '.join(schema)} FROM cases WHERE {where} ORDER BY case_no"  # noqa: S608
    joined = [
        f"json_group_array({name})" if dtype == pl.Int64 else f"group_concat(ifnull({name}, char(31)), char(30))"
        for name, dtype in schema.items()
    ]
    texts = link.execute(f"SELECT {', '.join(joined)} FROM ({chosen})", tuple(values)).fetchone()  # noqa: S608
    if texts[1] is None:
        return pl.DataFrame(schema=schema)
    columns = {
        name: _numbers(text) if dtype == pl.Int64 else text.split("\x1e")
        for text, (name, dtype) in zip(texts, schema.items(), strict=True)
    }
    if len({len(column) for column in columns.values()}) > 1:  # an id holds the separator: the slow and sure way
        columns = dict(zip(schema, zip(*link.execute(chosen, tuple(values)), strict=True), strict=True))
    return pl.DataFrame(columns, schema=schema).with_columns(pl.col(pl.String).replace("\x1f", None))


def _numbers(text: str) -> npt.NDArray[np.int64]:
    return np.fromstring(text[1:-1], dtype=np.int64, sep=",")


def _texts(name: str, text: str, end: str) -> pl.Series:
    # No line end or unit separator can stand in JSON text, nor a comma in the name of an event.
    if len(text) < _SHORT:
        return pl.Series(name, text.split(end), dtype=pl.String)
    source = text.encode()
    frame = pl.read_csv(
        source, has_header=False, separator="\x1f", eol_char=end, quote_char=None, schema={name: pl.String()}
    )
    return frame.get_column(name)


def insert_rows(link: sqlite3.Connection, table: str, rows: pl.DataFrame) -> None:
    """Insert rows, many by each statement: that saves a third of the time that one by one takes.

    What is the same in every row, a type say, is written into the statement instead of being bound row by row.
    """
    first, *others = rows.columns
    same = {name: text for name in others if (text := _literal(rows[name])) is not None}
    bound = rows.drop(same)
    names = ", ".join(f'"{name}"' for name in rows.columns)
    one = ", ".join(same.get(name, "?") for name in (first, *others))
    many = len(rows) - len(rows) % _AT_ONCE
    for part, at_once in ((bound[:many], _AT_ONCE), (bound[many:], 1)):
        statement = f"INSERT INTO {table} ({names}) VALUES {', '.join([f'({one})'] * at_once)}"  # noqa: S608
        values = chain.from_iterable(zip(*(column.to_list() for column in part), strict=True))
        link.executemany(statement, zip(*[values] * (bound.width * at_once), strict=True))


def _literal(column: pl.Series) -> str | None:
    """Return the one value of a column as SQL has it; None where there are several, or it is better bound."""
    if column.is_empty() or column[0] != column[-1] or column.n_unique() > 1:
        return None
    match column[0]:
        case None:
            return "NULL"
        case int() as number:
            return str(int(number))
        case str() as text if len(text) <= _SHORT_TEXT and "\0" not in text:
            return "'" + text.replace("'", "''") + "'"
    return None


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
