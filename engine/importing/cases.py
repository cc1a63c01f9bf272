"""Rows of cases: new ones to add, changed facts of known ones to record."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from engine.importing.faults import Faults, Note
from engine.importing.form import fill
from engine.importing.moments import Read, moments_of
from engine.importing.parts import Part
from engine.model import Definitions
from engine.store.sqlite import SqliteStore

ZoneOf = Callable[[str], str]

#: Known to the store or to this import: created_at is null where it is still to be found.
KNOWN = {
    "case_id": pl.String(), "subject": pl.String(), "campus": pl.String(), "created_at": pl.Int64(),
    "case_no": pl.Int64(),
}  # fmt: skip


@dataclass
class Cases:
    """The cases of an import. `new` has case_id, subject, campus, created_at, fields; `changes` the `set` events."""

    new: pl.DataFrame
    known: pl.DataFrame  # as KNOWN, of the store and of this import
    changes: pl.DataFrame  # case_no, at, data
    duplicates: int = 0
    date_only: int = 0
    references: list[tuple[Part, str]] = field(default_factory=list)


def read_cases(
    store: SqliteStore, definitions: Definitions, parts: Sequence[Part], now: int, zone_of: ZoneOf, faults: Faults
) -> Cases:
    """Return what the rows of cases say; report what is wrong with them."""
    known = store.cases().select(KNOWN.keys())
    frames = []
    date_only = 0
    for part in parts:
        frame, without_time = _rows(definitions, part, known, now, zone_of, faults)
        frames.append(frame)
        date_only += without_time
    empty = pl.DataFrame(schema={**_ROWS, "part": pl.Int64()})
    rows = pl.concat(
        [empty, *(frame.with_columns(part=pl.lit(number, pl.Int64)) for number, frame in enumerate(frames))]
    )
    first = rows.unique("case_id", keep="first", maintain_order=True)
    again = rows.join(first.select("part", "row"), on=["part", "row"], how="anti")
    _report_twice(again, first, parts, faults)
    new = first.join(known.select("case_id"), on="case_id", how="anti", maintain_order="left")
    old = first.join(known, on="case_id", suffix="_was", maintain_order="left")
    _report_moved(old, parts, faults)
    changes, same = _changes(store, definitions, old, now) if old.height and not faults else (_no_changes(), 0)
    joined = pl.concat([known, new.with_columns(case_no=pl.lit(None, pl.Int64)).select(KNOWN.keys())])
    return Cases(
        new.select("case_id", "subject", "campus", "created_at", "fields"),
        joined,
        changes,
        again.height + same,
        date_only,
    )


_ROWS = {
    "case_id": pl.String(), "subject": pl.String(), "campus": pl.String(), "created_at": pl.Int64(),
    "fields": pl.String(), "at": pl.Int64(), "row": pl.Int64(),
}  # fmt: skip


def _rows(
    definitions: Definitions, part: Part, known: pl.DataFrame, now: int, zone_of: ZoneOf, faults: Faults
) -> tuple[pl.DataFrame, int]:
    height = len(part.rows)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    ids = part.fixed["case_id"]
    part.report(faults, "case_id", ids.is_null(), "required")
    campus = part.fixed.get("campus", nothing)
    zones = zones_of(campus, zone_of)
    is_new = ~ids.is_in(known["case_id"].implode())
    filled = fill(definitions, part.subject, part.fields, part.texts, zones)
    for bad in filled.bad:
        if bad.key in ("required", "required_if"):  # a row about a known case may say only what changes
            rows = bad.rows.filter(is_new.gather(bad.rows))
            part.report_rows(faults, type(bad)(bad.name, bad.key, rows, bad.details))
        else:
            part.report_rows(faults, bad)
    date_only = filled.date_only
    moments = {}
    for name in ("created_at", "at"):
        read = Read(part.fixed.get(name, nothing))
        found = moments[name] = moments_of(read, zones)
        part.report(faults, name, found.is_null() & part.fixed.get(name, nothing).is_not_null(), "moment")
        part.report(faults, name, found > now, "future", now=zone_text(now, zones))
        date_only += int(read.date_only.sum())
    columns = {
        "case_id": ids, "subject": pl.Series([part.subject]).new_from_index(0, height), "campus": campus,
        "created_at": moments["created_at"], "fields": filled.data, "at": moments["at"], "row": part.rows,
    }  # fmt: skip
    return pl.DataFrame(columns, schema=_ROWS).drop_nulls("case_id"), date_only


def zones_of(campus: pl.Series, zone_of: ZoneOf) -> pl.Series:
    """Return the zone of each row's campus."""
    names = campus.fill_null("").unique().to_list()
    return campus.fill_null("").replace_strict(names, [zone_of(name) for name in names], return_dtype=pl.String)


def zone_text(now: int, zones: pl.Series) -> str:
    """Return the moment in the zone of the first row."""
    from engine.calendars.zones import moment_text

    return moment_text(now, zones[0]) if len(zones) else str(now)


def _report_twice(again: pl.DataFrame, first: pl.DataFrame, parts: Sequence[Part], faults: Faults) -> None:
    same = ["case_id", "subject", "campus", "created_at", "fields"]
    differing = again.join(first, on=same, how="anti", nulls_equal=True)
    for row in differing.iter_rows(named=True):
        faults.add(parts[row["part"]].fault("case_id", row["case_id"], "case_twice", row["row"]))


def _report_moved(old: pl.DataFrame, parts: Sequence[Part], faults: Faults) -> None:
    """A case stays of its kind, of its campus and of its birth."""
    for name in ("subject", "campus", "created_at"):
        was = f"{name}_was"
        for row in old.filter(pl.col(name) != pl.col(was)).iter_rows(named=True):
            before = row[was] if name != "created_at" else zone_text(row[was], pl.Series(["UTC"])) + " UTC"
            faults.add(parts[row["part"]].fault(name, row[name], "case_changes", row["row"], before=before))


def _no_changes() -> pl.DataFrame:
    return pl.DataFrame(schema={"case_no": pl.Int64(), "at": pl.Int64(), "data": pl.String()})


def _changes(store: SqliteStore, definitions: Definitions, old: pl.DataFrame, now: int) -> tuple[pl.DataFrame, int]:
    """Return the facts that differ from the store's, as data of `set` events, and how many rows say nothing new."""
    log = store.log(definitions, old["case_no"].sort())
    names = sorted({str(name) for each in old["subject"].unique() for name in definitions.subjects[each].fields})
    raw = log.facts_now(names)
    found = []
    for row in old.iter_rows(named=True):
        before = raw.get(row["case_no"], {})
        wanted: dict[str, Any] = json.loads(row["fields"])
        changed = {name: value for name, value in wanted.items() if before.get(name) != value}
        if changed:
            data = json.dumps(changed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            found.append((row["case_no"], now if row["at"] is None else row["at"], data))
    return pl.DataFrame(found, schema=_no_changes().schema, orient="row"), old.height - len(found)


def born(cases: Cases, first_events: pl.DataFrame, now: int, notes: list[Note]) -> None:
    """Give each new case without a creation moment that of its first event, or now."""
    without = cases.new["created_at"].null_count()
    if not without:
        return
    notes.append(Note("note_created", {"count": without}))
    earliest = first_events.group_by("case_id").agg(pl.col("at").min().alias("first_at"))
    created = pl.coalesce("created_at", "first_at", pl.lit(now, pl.Int64))
    cases.new = cases.new.join(earliest, on="case_id", how="left", maintain_order="left").with_columns(
        created_at=created
    )
    cases.new = cases.new.drop("first_at")
