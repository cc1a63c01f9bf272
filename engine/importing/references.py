"""References to cases that are not there: worth saying, no reason to refuse a school's files."""

from collections.abc import Sequence

import polars as pl

from engine.importing.cases import Cases
from engine.importing.faults import Note
from engine.importing.parts import Part
from engine.model import Definitions


def note_references(definitions: Definitions, parts: Sequence[Part], cases: Cases, notes: list[Note]) -> None:
    """Note each column of references that names cases which neither the store nor these files have."""
    for part in parts:
        for name, texts in part.texts.items():
            target = part.fields[name].to
            if target is None or target not in definitions.subjects:
                continue
            there = cases.known.filter(pl.col("subject") == str(target))["case_id"]
            lost = texts.filter(texts.is_not_null() & ~texts.is_in(there.implode()))
            if len(lost):
                details = {"count": len(lost), "heading": part.headings[name], "subject": target, "example": lost[0]}
                notes.append(Note("note_reference", details))
