"""The events of some cases: from the files of the columnar copy, and from the tail that they do not hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.frames import EVENTS
from engine.store import columns
from engine.store.base import CaseNos, as_range
from engine.store.columns import ORDER, View, signature
from engine.store.typed import Shape, decode

Ints = npt.NDArray[np.int64]


class StoreSource:
    """A `Source` over a view, for some cases."""

    def __init__(self, view: View, case_nos: CaseNos, cases: Callable[[], pl.DataFrame]) -> None:
        self._view = view
        self._chosen = _Chosen(case_nos)
        self._cases = cases
        self._found: pl.DataFrame | None = None
        self._tail = view.tail.filter(self._chosen.condition())

    @property
    def types(self) -> frozenset[str]:
        """Return the types of the events there are."""
        return frozenset(self._view.manifest.files) | frozenset(self._tail["type"].unique())

    def cases(self) -> pl.DataFrame:
        """Return the cases, read once."""
        if self._found is None:
            self._found = self._cases()
        return self._found

    def read(self, event: str, shape: Shape) -> pl.DataFrame:
        """Return all events of a type, voided ones included."""
        view = self._view
        try:
            base = self._read_files(event, shape)
        except (OSError, pl.exceptions.PolarsError):  # removed or broken meanwhile: SQLite has it all
            rows = view.copy.rows_of_type(event, view.last).filter(self._chosen.condition())
            return decode(rows.sort(ORDER), shape)
        if view.manifest.last_event_id > view.last:
            base = base.filter(pl.col("event_id") <= view.last)
        tail = self._tail.filter(pl.col("type") == event)
        if tail.is_empty():
            return base
        return pl.concat([base, decode(tail, shape)]).sort(ORDER)

    def _read_files(self, event: str, shape: Shape) -> pl.DataFrame:
        files = self._view.manifest.files.get(event, {})
        schema = {**EVENTS, **shape}
        if self._view.manifest.shapes.get(event, "") not in ("", signature(shape)):
            raise OSError(f"the copy of {event} is of another form")
        parts = [
            self._chosen.of_file(self._view.copy.folder / name, int(stretch))
            for stretch, name in sorted(files.items(), key=lambda each: int(each[0]))
            if self._chosen.touches(int(stretch))
        ]
        return pl.concat([pl.DataFrame(schema=schema), *parts]).select(schema.keys())


class _Chosen:
    """The cases asked for, as a condition on files and rows."""

    def __init__(self, case_nos: CaseNos) -> None:
        self._range = as_range(case_nos)
        self._list: pl.Series | None = None
        self._numbers: dict[int, Ints] = {}
        if case_nos is not None and self._range is None:
            self._list = pl.Series(case_nos, dtype=pl.Int64).unique().sort()
            every = self._list.to_numpy()
            begins = np.unique((every - 1) // columns.STRETCH, return_index=True)
            self._numbers = dict(zip(begins[0].tolist(), np.split(every, begins[1][1:]), strict=False))

    def condition(self) -> pl.Expr:
        """Return the condition on `case_no`."""
        if self._range is not None:
            return pl.col("case_no").is_between(self._range.start, self._range.stop, closed="left")
        return pl.lit(1) == 1 if self._list is None else pl.col("case_no").is_in(self._list.implode())

    def touches(self, stretch: int) -> bool:
        """Return whether a stretch may hold cases that were asked for."""
        if self._range is not None:
            return self._range.start < _first(stretch + 1) and self._range.stop > _first(stretch)
        return self._list is None or stretch in self._numbers

    def _is_all(self, stretch: int) -> bool:
        if self._range is None:
            return self._list is None
        return self._range.start <= _first(stretch) and self._range.stop >= _first(stretch + 1)

    def of_file(self, path: Path, stretch: int) -> pl.DataFrame:
        """Return the rows of a file that were asked for."""
        rows = pl.read_ipc(path)
        if self._is_all(stretch):
            return rows
        numbers = rows["case_no"].to_numpy()
        if self._range is not None:
            first, end = (int(np.searchsorted(numbers, each)) for each in (self._range.start, self._range.stop))
            return rows.slice(first, end - first)
        return rows[_places(numbers, self._numbers[stretch])]


def _places(numbers: Ints, chosen: Ints) -> Ints:
    """Return the places at which sorted `numbers` are among the chosen ones."""
    begins, ends = np.searchsorted(numbers, chosen, "left"), np.searchsorted(numbers, chosen, "right")
    counts = ends - begins
    places: Ints = np.arange(counts.sum()) + np.repeat(begins - (counts.cumsum() - counts), counts)
    return places


def _first(stretch: int) -> int:
    return stretch * columns.STRETCH + 1
