"""An append-only copy of the events in columns, beside the store: what a run over many cases reads.

`dueline.db-columns/` holds one Arrow file for each event type and stretch of cases, sorted by case, moment and event,
and `manifest.json`, which says up to which event they go. Newer events (the tail) are read from SQLite and laid over.
The folder may be deleted at any time. It is not used if it is of another store, or if its last event is not the
store's. Files take effect when the manifest that names them is renamed into place, so a crash leaves the old copy.
"""

import json
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from engine.model import Definitions
from engine.store.rows import read_stretch
from engine.store.typed import RAW, Shape, decode, shape_of

#: Cases of one stretch; a run in chunks of this many, from case 1 on, reads whole files.
STRETCH: Final = 16_384
#: Below so many events a copy does not pay; beyond so many new ones (or this share of it) it is extended.
_WORTH_IT: Final = 20_000
_SHARE: Final = 50
_BATCH: Final = 500_000
ORDER: Final = ("case_no", "at", "event_id")
_FORMAT: Final = 1

Links = Callable[[], sqlite3.Connection]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds: up to which event, a mark of that event, and the file of each stretch and type."""

    last_event_id: int
    mark: str
    shapes: dict[str, str]
    files: dict[str, dict[str, str]]  # type -> stretch -> file name


EMPTY: Final = Manifest(0, "", {}, {})


class ColumnCopy:
    """The copy of one store; reads, extends and rebuilds it."""

    def __init__(self, store: Path, store_id: str, open_link: Links) -> None:
        self.folder: Final = store.with_name(store.name + "-columns")
        self._store_id = store_id
        self._open_link = open_link
        self._tail: tuple[tuple[int, int], pl.DataFrame] | None = None

    def up_to(self, definitions: Definitions, last: int, *, refresh: bool = False) -> "View":
        """Return the events up to `last`; extend the copy first where that pays, or when told to."""
        manifest = self._manifest()
        stale = [event for event, shape in manifest.shapes.items() if shape != signature(shape_of(definitions, event))]
        behind = last - manifest.last_event_id
        pays = behind > max(_WORTH_IT, manifest.last_event_id // _SHARE)
        if stale or pays or (refresh and behind > 0):
            manifest = self._refresh(definitions, last, stale, extend=pays or refresh) or manifest
        return View(self, manifest, last, self._tail_rows(manifest.last_event_id, last))

    def rows_of_type(self, event: str, last: int) -> pl.DataFrame:
        """Return all stored rows of a type, from SQLite."""
        return pl.concat([pl.DataFrame(schema=RAW), *read_stretch(self._open_link, 0, last, event)])

    def _tail_rows(self, after: int, last: int) -> pl.DataFrame:
        if self._tail is None or self._tail[0] != (after, last):
            parts = [pl.DataFrame(schema=RAW), *read_stretch(self._open_link, after, last)]
            self._tail = (after, last), pl.concat(parts)
        return self._tail[1]

    def _manifest(self) -> Manifest:
        """Return what the copy holds; EMPTY if there is none, or none of this store."""
        try:
            found = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError):
            return EMPTY
        if found.get("format") != _FORMAT or found.get("store_id") != self._store_id:
            return EMPTY
        manifest = Manifest(found["last_event_id"], found["mark"], found["shapes"], found["files"])
        return manifest if manifest.mark == self._mark(manifest.last_event_id) else EMPTY

    def _mark(self, event_id: int) -> str:
        """Return the event as text: a store put back from a backup has another one under the number, or none."""
        link = self._open_link()
        try:
            return repr(link.execute("SELECT * FROM events WHERE event_id = ?", (event_id,)).fetchone())
        finally:
            link.close()

    def _refresh(self, definitions: Definitions, last: int, stale: list[str], *, extend: bool) -> Manifest | None:
        """Write the files that are missing and a new manifest; None if another process does, or nobody may."""
        try:
            self.folder.mkdir(exist_ok=True)
            with self._alone() as is_alone:
                if not is_alone:
                    return None
                manifest = self._manifest()
                self._remove_strays(manifest)
                for event in stale:
                    manifest = self._rebuilt(definitions, manifest, event)
                if extend and last > manifest.last_event_id:
                    manifest = self._extended(definitions, manifest, last)
                self._publish(manifest)
                self._remove_strays(manifest)
                return manifest
        except OSError:
            return None  # a full or read-only disk: SQLite has it all

    def _rebuilt(self, definitions: Definitions, manifest: Manifest, event: str) -> Manifest:
        """Return the manifest with a type read anew, as its form has changed."""
        files = {name: stretches for name, stretches in manifest.files.items() if name != event}
        bare = Manifest(manifest.last_event_id, manifest.mark, manifest.shapes, files)
        batches = read_stretch(self._open_link, 0, manifest.last_event_id, event)
        return self._merged(definitions, bare, manifest.last_event_id, batches)

    def _extended(self, definitions: Definitions, manifest: Manifest, last: int) -> Manifest:
        return self._merged(definitions, manifest, last, read_stretch(self._open_link, manifest.last_event_id, last))

    def _merged(
        self, definitions: Definitions, manifest: Manifest, last: int, chunks: Iterator[pl.DataFrame]
    ) -> Manifest:
        """Return the manifest with new rows merged in: first spilled by stretch, then sorted a stretch at a time."""
        spill = self.folder / f"spill-{uuid.uuid4().hex}"
        spill.mkdir()
        for number, batch in enumerate(_batches(chunks)):
            by_stretch = batch.with_columns(stretch=(pl.col("case_no") - 1) // STRETCH).partition_by(
                "stretch", as_dict=True, include_key=False
            )
            for (stretch,), rows in by_stretch.items():
                (spill / str(stretch)).mkdir(exist_ok=True)
                rows.write_ipc(spill / str(stretch) / f"{number}.arrow", compression="uncompressed")
        shapes = dict(manifest.shapes)
        files = {event: dict(stretches) for event, stretches in manifest.files.items()}
        for folder in sorted(spill.iterdir(), key=lambda each: int(each.name)):
            rows = pl.read_ipc(folder / "*.arrow")
            for (key,), part in rows.partition_by("type", as_dict=True).items():
                event = str(key)
                shape = shape_of(definitions, event)
                old = files.setdefault(event, {}).get(folder.name)
                shapes[event] = signature(shape)
                files[event][folder.name] = self._write(decode(part, shape), old)
        shutil.rmtree(spill)
        return Manifest(last, self._mark(last), shapes, files)

    def _write(self, rows: pl.DataFrame, old: str | None) -> str:
        """Write rows, and those of the file that they join, as a new file; return its name."""
        name = f"{uuid.uuid4().hex}.arrow"
        if old is not None:
            rows = pl.concat([pl.read_ipc(self.folder / old), rows])
        rows.sort(ORDER).write_ipc(self.folder / name, compression="uncompressed", compat_level=pl.CompatLevel.oldest())
        with (self.folder / name).open("rb") as file:
            os.fsync(file.fileno())
        return name

    def _publish(self, manifest: Manifest) -> None:
        text = json.dumps(
            {
                "format": _FORMAT,
                "store_id": self._store_id,
                "last_event_id": manifest.last_event_id,
                "mark": manifest.mark,
                "shapes": manifest.shapes,
                "files": manifest.files,
            },
            ensure_ascii=False,
        )
        aside = self.folder / "manifest.json.new"
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / "manifest.json")

    def _remove_strays(self, manifest: Manifest) -> None:
        """Remove what no manifest names: files replaced, and those of a refresh that was killed."""
        named = {name for stretches in manifest.files.values() for name in stretches.values()}
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.suffix == ".arrow" and path.name not in named:
                path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Say whether this is the only process that refreshes; the lock is one of SQLite's, which a kill releases."""
        link = sqlite3.connect(self.folder / "lock", timeout=0, isolation_level=None)
        try:
            link.execute("BEGIN EXCLUSIVE")
            yield True
        except sqlite3.OperationalError:
            yield False
        finally:
            link.close()


@dataclass(frozen=True, slots=True)
class View:
    """The events up to `last`: the copy's files, and the tail that they do not hold."""

    copy: ColumnCopy
    manifest: Manifest
    last: int
    tail: pl.DataFrame


def _batches(chunks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    for chunk in chunks:
        waiting.append(chunk)
        if sum(each.height for each in waiting) >= _BATCH:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def signature(shape: Shape) -> str:
    """Return a shape as text, to tell whether a file still has it."""
    return ", ".join(f"{name} {dtype}" for name, dtype in shape.items())
