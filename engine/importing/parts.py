"""A sheet as rows of one event or one kind of case, every column known by its field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from engine.importing.faults import Fault, Faults, Note
from engine.importing.form import BadRows
from engine.importing.names import Catalogue, Headings, is_note, key
from engine.importing.sheets import Sheet
from engine.importing.workbooks import ROW
from engine.model import Field, Title
from engine.store.typed import form_of

Kind = Literal["subject", "event"]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one event or subject. `texts` by field, `fixed` by name; `headings`: what the file calls each."""

    sheet: Sheet
    kind: Kind
    name: str
    subject: str
    fields: Mapping[str, Field]
    rows: pl.Series
    texts: Mapping[str, pl.Series]
    fixed: Mapping[str, pl.Series]
    headings: Mapping[str, str]

    def fault(self, place: str, value: object, bad: str, row: int = 0, **details: object) -> Fault:
        """Return a fault of one cell; `place` is a field's id or the name of a fixed column."""
        heading = self.headings.get(place) or self._title(place)
        shown = "" if value is None else str(value)
        return Fault(bad, self.sheet.path, self.sheet.name, row, heading, shown, details)

    def _title(self, place: str) -> str:
        field = self.fields.get(place)
        return (field.title.zh if field else "") or place

    def report(self, faults: Faults, column: str, mask: pl.Series, bad: str, **details: object) -> None:
        """Report the rows where the mask holds, by their cell in a column."""
        self.report_rows(faults, BadRows(column, bad, mask.fill_null(value=False).arg_true(), details))

    def report_rows(self, faults: Faults, bad: BadRows) -> None:
        """Report bad rows: the first ones whole, as long as there is room."""
        texts = self.texts.get(bad.name, self.fixed.get(bad.name))
        shown = bad.rows.head(faults.room())
        for at in shown:
            value = None if texts is None else texts[at]
            faults.add(self.fault(bad.name, value, bad.key, self.rows[at], **bad.details))
        faults.more += len(bad.rows) - len(shown)


def parts_of(sheet: Sheet, catalogue: Catalogue, faults: Faults, notes: list[Note]) -> Iterator[Part]:
    """Yield the rows of a sheet by event or subject: as its event column says, else its name, else the file's."""
    fixed = Headings({}, Title())
    columns = {found[1]: heading for heading in sheet.headings if (found := fixed.find(heading))}
    if "event" in columns:
        yield from _by_cell(sheet, columns["event"], "event", catalogue, faults, notes)
        return
    named = catalogue.of_file(sheet.name) if sheet.name else None
    named = named or catalogue.of_file(sheet.path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0])
    if named is None and "subject" in columns:
        yield from _by_cell(sheet, columns["subject"], "subject", catalogue, faults, notes)
    elif named is None and is_note(sheet.name):
        notes.append(Note("note_sheet", {"path": sheet.path, "sheet": sheet.name}))
    elif named is None:
        faults.add(Fault("not_recognised", sheet.path, sheet.name))
    elif len(named[1]) > 1:
        faults.add(Fault("shared_title", sheet.path, sheet.name, details={"names": ", ".join(named[1])}))
    else:
        kind: Kind = "subject" if named[0] == "subject" else "event"
        yield from _part(sheet, kind, named[1][0], catalogue, faults, notes)


def _by_cell(
    sheet: Sheet, heading: str, kind: Kind, catalogue: Catalogue, faults: Faults, notes: list[Note]
) -> Iterator[Part]:
    known = catalogue.events if kind == "event" else {name: [each] for name, each in catalogue.subjects.items()}
    for (cell,), frame in sheet.frame.partition_by(heading, as_dict=True, maintain_order=True).items():
        row = int(frame[ROW][0])
        if cell is None:
            faults.add(Fault("required", sheet.path, sheet.name, row, heading))
            continue
        names = known.get(key(str(cell)), [])
        if len(names) == 1:
            body = replace(sheet, frame=frame.drop(heading))
            yield from _part(body, kind, names[0], catalogue, faults, notes)
        elif names:
            details = {"names": ", ".join(names)}
            faults.add(Fault("shared_title", sheet.path, sheet.name, row, heading, str(cell), details))
        else:
            faults.add(
                Fault(f"unknown_{kind}", sheet.path, sheet.name, row, heading, str(cell), known=catalogue.known())
            )
        faults.more += 0 if len(names) == 1 else frame.height - 1


def _part(
    sheet: Sheet, kind: Kind, name: str, catalogue: Catalogue, faults: Faults, notes: list[Note]
) -> Iterator[Part]:
    subject = name if kind == "subject" else catalogue.subject_of(name)
    fields = (
        catalogue.definitions.subjects[subject].fields if kind == "subject" else form_of(catalogue.definitions, name)
    )
    fields = fields or {}
    headings = Headings(fields, catalogue.definitions.subjects[subject].title)
    texts: dict[str, pl.Series] = {}
    fixed: dict[str, pl.Series] = {}
    called: dict[str, str] = {}
    ignored = []
    for heading in sheet.headings:
        column = sheet.frame[heading]
        found = headings.find(heading)
        if found is None:
            if column.null_count() == len(column):
                continue
            if is_note(heading):
                ignored.append(heading)
            else:
                row = int(sheet.frame.filter(column.is_not_null())[ROW][0])
                faults.add(Fault("unknown_heading", sheet.path, sheet.name, row, heading, known=headings.known()))
        elif found[1] in called:
            faults.add(Fault("heading_twice", sheet.path, sheet.name, 1, heading))
        else:
            called[found[1]] = heading
            (texts if found[0] == "field" else fixed)[found[1]] = column
    if ignored:
        notes.append(Note("note_ignored", {"path": sheet.path, "headings": ", ".join(ignored)}))
    part = Part(sheet, kind, name, subject, fields, sheet.frame[ROW], texts, fixed, called)
    missing = [each for each in (("case_id",) if kind == "subject" else ("case_id", "at")) if each not in fixed]
    for each in missing:
        faults.add(part.fault(each, None, "no_column"))
    if not missing:
        yield part
