"""Files into the store: all of them, or, if one row is wrong, nothing and a list of what is wrong.

A file or sheet is recognised by its name (an event's or subject's id or title) or by a column "event"; its columns by
the ids or titles of fields and by the fixed names of `names.FIXED`. A column that nobody knows is an error, as a
misspelt heading would lose its values, unless it is empty or clearly a note to oneself (备注, note, "#...", "_...").
An event that the store holds already (same case, type, moment and fields) is left out and counted, voided or not.
A row about a known case records the facts that differ, as a `set` event at the row's moment, or now; an empty cell
says nothing. Without a recording time a row counts as typed in when it happened.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from engine.importing.cases import Cases, ZoneOf, born, read_cases
from engine.importing.events import Events, read_events
from engine.importing.faults import Faults, ImportReport, Note
from engine.importing.names import Catalogue
from engine.importing.parts import Part, parts_of
from engine.importing.references import note_references
from engine.importing.sheets import read_sheets
from engine.model import Definitions
from engine.store.sqlite import SqliteStore

#: What is being done, how much of it is done, out of how much.
Progress = Callable[[str, int, int], None]

_TRIES: Final = 5


def import_files(
    store: SqliteStore,
    definitions: Definitions,
    paths: Sequence[Path | str],
    now: int,
    zone_of_campus: ZoneOf,
    progress: Progress | None = None,
) -> ImportReport:
    """Put the cases and events of the files into the store, all or nothing; say what was done or what is wrong."""
    tell = progress or _silent
    faults, notes = Faults(), list[Note]()
    parts = _read(definitions, [Path(path) for path in paths], faults, notes, tell)
    subjects = [part for part in parts if part.kind == "subject"]
    happened = [part for part in parts if part.kind == "event"]
    for attempt in range(_TRIES):
        seen = _state(store)
        tell("check", 0, 1)
        fresh = list(notes)
        cases = read_cases(store, definitions, subjects, now, zone_of_campus, faults)
        events = read_events(definitions, happened, cases, now, zone_of_campus, faults)
        tell("check", 1, 1)
        if faults:
            return ImportReport(problems=faults.in_order(), more_problems=faults.more, notes=tuple(fresh))
        _note(events, cases, fresh)
        note_references(definitions, parts, cases, fresh)
        with store.atomic():
            # Another program may have written while we looked; the last time, whatever it did is looked at again.
            if _state(store) == seen or attempt == _TRIES - 1:
                return _write(store, cases, events, now, fresh, tell)
    raise AssertionError("the last attempt always writes")


def _silent(_what: str, _done: int, _total: int) -> None:
    return


def _state(store: SqliteStore) -> tuple[int, int]:
    return store.last_event_id(), store.last_case_no()


def _read(
    definitions: Definitions, paths: Sequence[Path], faults: Faults, notes: list[Note], tell: Progress
) -> list[Part]:
    catalogue = Catalogue(definitions)
    parts: list[Part] = []
    for number, path in enumerate(paths):
        tell("read", number, len(paths))
        for sheet in read_sheets(path, faults, notes):
            parts += parts_of(sheet, catalogue, faults, notes)
    tell("read", len(paths), len(paths))
    return parts


def _note(events: Events, cases: Cases, notes: list[Note]) -> None:
    if events.zones:
        notes.append(Note("note_zone", {"zones": ", ".join(events.zones)}))
    if events.date_only + cases.date_only:
        notes.append(Note("note_midnight", {"count": events.date_only + cases.date_only}))
    if events.unrecorded:
        notes.append(Note("note_recorded", {"count": events.unrecorded}))


def _write(
    store: SqliteStore, cases: Cases, events: Events, now: int, notes: list[Note], tell: Progress
) -> ImportReport:
    born(cases, events.rows, now, notes)
    added = store.add_cases(cases.new)
    rows = events.rows.join(added, on="case_id", how="left", suffix="_new", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("case_no", "case_no_new").alias("case_no"))
    fresh = _once(store, rows, new_from=int(added["case_no"][0]) if added.height else None)
    changes = cases.changes.with_columns(
        type=pl.lit("set"), recorded_at=pl.lit(now, pl.Int64), by=pl.lit(None, pl.String)
    )
    columns = ["case_no", "type", "at", "recorded_at", "by", "data"]
    # By case, so that the pages of a case lie together in the file.
    total = pl.concat([fresh.select(columns), changes.select(columns)]).sort("case_no", maintain_order=True)
    store.append(total, lambda done: tell("write", done, total.height))
    return ImportReport(
        cases_added=added.height,
        cases_changed=changes.height,
        events_added=fresh.height,
        duplicates=cases.duplicates + rows.height - fresh.height,
        notes=tuple(notes),
    )


def _once(store: SqliteStore, rows: pl.DataFrame, new_from: int | None) -> pl.DataFrame:
    """Return the rows without those that come twice or that the store holds; the order stays."""
    same = ["case_no", "type", "at", "data"]
    once = rows
    if rows.select(same).hash_rows().n_unique() < rows.height:
        once = rows.unique(same, keep="first", maintain_order=True)
    old = once if new_from is None else once.filter(pl.col("case_no") < new_from)
    if old.is_empty():
        return once
    stored = store.stored_like(old.select(same))
    return once.join(stored, on=same, how="anti", nulls_equal=True, maintain_order="left")
