"""Rows of events: typed, of a known case, in the past, once."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from engine.importing.cases import Cases, ZoneOf, zone_text, zones_of
from engine.importing.faults import Faults
from engine.importing.form import fill
from engine.importing.moments import Read, moments_of
from engine.importing.parts import Part
from engine.model import Definitions

ROWS = {
    "case_id": pl.String(), "case_no": pl.Int64(), "type": pl.String(), "at": pl.Int64(), "recorded_at": pl.Int64(),
    "by": pl.String(), "data": pl.String(), "part": pl.Int64(), "row": pl.Int64(),
}  # fmt: skip


@dataclass
class Events:
    """The events of an import, as ROWS, and what a reader should know of them."""

    rows: pl.DataFrame
    date_only: int
    unrecorded: int
    zones: tuple[str, ...]


def read_events(
    definitions: Definitions, parts: Sequence[Part], cases: Cases, now: int, zone_of: ZoneOf, faults: Faults
) -> Events:
    """Return what the rows of events say; report what is wrong with them."""
    found = Events(pl.DataFrame(schema=ROWS), 0, 0, ())
    frames = [found.rows]
    for number, part in enumerate(parts):
        frame, zones, date_only = _rows(definitions, part, cases, now, zone_of, faults)
        recorded = part.fixed.get("recorded_at")
        found.unrecorded += frame.height if recorded is None else recorded.null_count()
        found.date_only += date_only
        found.zones = tuple(sorted({*found.zones, *zones.unique()}))
        frames.append(frame.with_columns(part=pl.lit(number, pl.Int64)))
    found.rows = pl.concat([frame.select(ROWS.keys()) for frame in frames])
    return found


def _rows(
    definitions: Definitions, part: Part, cases: Cases, now: int, zone_of: ZoneOf, faults: Faults
) -> tuple[pl.DataFrame, pl.Series, int]:
    ids = part.fixed["case_id"]
    part.report(faults, "case_id", ids.is_null(), "required")
    of_case = pl.DataFrame({"case_id": ids}).join(
        cases.known.with_columns(is_there=pl.lit(1)), on="case_id", how="left", maintain_order="left"
    )
    unknown = ids.is_not_null() & of_case["is_there"].is_null()
    part.report(faults, "case_id", unknown, "unknown_case")
    other = of_case["subject"] != part.subject
    for subject in of_case.filter(other)["subject"].unique().sort():
        wrong = other & (of_case["subject"] == subject)
        part.report(faults, "case_id", wrong, "other_subject", found=subject, wanted=part.subject, event=part.name)
    campus = part.fixed.get("campus", of_case["campus"])
    zones = zones_of(campus.zip_with(campus.is_not_null(), of_case["campus"]), zone_of)
    filled = fill(definitions, part.subject, part.fields, part.texts, zones)
    for bad in filled.bad:
        part.report_rows(faults, bad)
    at, at_only = _moments(part, "at", zones, now, faults)
    part.report(faults, "at", part.fixed["at"].is_null(), "required")
    early = (at < of_case["created_at"]).fill_null(value=False)
    if early.any():
        first = of_case["created_at"].filter(early)[0]
        part.report(faults, "at", early, "before_case", created=zone_text(first, zones.filter(early)))
    recorded, recorded_only = _moments(part, "recorded_at", zones, now, faults)
    frame = pl.DataFrame(
        {
            "case_id": ids,
            "case_no": of_case["case_no"],
            "type": pl.Series([part.name]).new_from_index(0, len(ids)),
            "at": at,
            "recorded_at": recorded.zip_with(recorded.is_not_null(), at),
            "by": part.fixed.get("by", pl.Series([None], dtype=pl.String).new_from_index(0, len(ids))),
            "data": filled.data.set(filled.data == "{}", None),
            "row": part.rows,
        }
    )
    return frame, zones, filled.date_only + at_only + recorded_only


def _moments(part: Part, name: str, zones: pl.Series, now: int, faults: Faults) -> tuple[pl.Series, int]:
    texts = part.fixed.get(name)
    if texts is None:
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, len(part.rows)), 0
    read = Read(texts)
    found = moments_of(read, zones)
    part.report(faults, name, found.is_null() & texts.is_not_null(), "moment")
    part.report(faults, name, found > now, "future", now=zone_text(now, zones))
    return found, int(read.date_only.sum())
