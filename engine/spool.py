"""What a large run found, kept in files until it is written, so that memory does not grow with the school."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from engine.store.reconcile import Changes

_FRAMES = ("opened", "moved", "closed")


class Spool:
    """Changes in the order in which they came: the last part in memory, those before in a folder of its own."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: list[int] = []
        self._last: Changes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, changes: Changes) -> None:
        """Keep the changes of one more part."""
        if self._last is not None:
            self._put_away(self._last)
        self._last = changes

    def _put_away(self, changes: Changes) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="dueline-")
        for name in _FRAMES:
            frame: pl.DataFrame = getattr(changes, name)
            frame.write_ipc(self._file(len(self._kept), name), compression="lz4")
        self._kept.append(changes.kept)

    def _file(self, number: int, name: str) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"{number}-{name}.arrow"

    def __iter__(self) -> Iterator[Changes]:
        """Yield the changes of each part."""
        for number, kept in enumerate(self._kept):
            opened, moved, closed = (pl.read_ipc(self._file(number, name)) for name in _FRAMES)
            yield Changes(opened, moved, closed, kept)
        if self._last is not None:
            yield self._last
