"""Files as sheets of texts: headings, rows with their numbers, nothing converted yet."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.importing.convert import clean, cleaned
from engine.importing.faults import Fault, Faults, Note
from engine.importing.values import as_text
from engine.importing.workbooks import ROW, workbook_sheets


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of clean texts with the headings of the file; column ROW counts as a spreadsheet does."""

    path: str
    name: str  # of a workbook's sheet; "" elsewhere
    frame: pl.DataFrame

    @property
    def headings(self) -> list[str]:
        """Return the headings."""
        return [name for name in self.frame.columns if name != ROW]


def read_sheets(path: Path, faults: Faults, notes: list[Note]) -> Iterator[Sheet]:
    """Yield the sheets of a file; report what can't be read."""
    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".xlsm"):
            grids = list(workbook_sheets(path, faults))
        elif suffix in (".csv", ".txt", ".tsv", ".jsonl", ".ndjson"):
            text = _text(path, faults, notes)
            read = _lines_of_json if suffix in (".jsonl", ".ndjson") else _table
            frame = None if text is None else read(str(path), text, faults)
            grids = [] if frame is None else [("", frame)]
        else:
            faults.add(Fault("kind_of_file", str(path)))
            return
    except FileNotFoundError:
        faults.add(Fault("no_file", str(path)))
        return
    except OSError as error:
        faults.add(Fault("no_rights", str(path), details={"why": error.strerror or str(error)}))
        return
    if not grids and not faults:
        notes.append(Note("note_empty", {"path": path}))
    for name, grid in grids:
        sheet = _tidy(str(path), name, grid, faults)
        if sheet is not None:
            yield sheet
        elif not name:
            notes.append(Note("note_empty", {"path": path}))
        else:
            notes.append(Note("note_sheet", {"path": path, "sheet": name}))


def _text(path: Path, faults: Faults, notes: list[Note]) -> bytes | None:
    """Return what is in the file as UTF-8."""
    raw = path.read_bytes()
    has_utf_16_mark = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if has_utf_16_mark else ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030":
            notes.append(Note("note_encoding", {"path": path}))
        return raw.removeprefix(codecs.BOM_UTF8) if encoding == "utf-8" else text.encode()
    faults.add(Fault("encoding", str(path)))
    return None


def _table(path: str, text: bytes, faults: Faults) -> pl.DataFrame | None:
    """Return separated values, first row the headings; None if there is nothing, or a row that can't be read."""
    head = text.split(b"\n", 1)[0].decode()
    separator = max(",;\t", key=head.count)
    try:
        found = pl.read_csv(
            text, has_header=False, infer_schema=False, separator=separator, truncate_ragged_lines=False
        )
    except pl.exceptions.NoDataError:
        return None
    except pl.exceptions.PolarsError:
        _name_bad_rows(path, text.decode(), separator, faults)
        return None
    return found.with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))


def _name_bad_rows(path: str, text: str, separator: str, faults: Faults) -> None:
    """Find the rows that polars could not read, one by one."""
    width, number = 0, 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator, strict=True), start=1):
            width = width or len(row)
            if len(row) > width:
                faults.add(Fault("too_many_cells", path, row=number, details={"count": len(row) - width}))
    except csv.Error:
        faults.add(Fault("quote", path, row=number + 1))
    if not faults:
        faults.add(Fault("quote", path, row=number))


def _lines_of_json(path: str, text: bytes, faults: Faults) -> pl.DataFrame | None:
    columns: dict[str, list[str | None]] = {}
    numbers: list[int] = []
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.add(Fault("json", path, row=number, details={"why": getattr(error, "msg", "nested too deeply")}))
            continue
        if not isinstance(found, dict):
            faults.add(Fault("json", path, row=number, details={"why": type(found).__name__}))
            continue
        for name, value in found.items():
            if isinstance(value, dict):
                faults.add(Fault("json_value", path, row=number, heading=name))
            else:
                column = columns.setdefault(name, [])
                column += [None] * (len(numbers) - len(column))
                column.append(as_text(value))
        numbers.append(number)
    if not numbers:
        return None
    filled = {name: column + [None] * (len(numbers) - len(column)) for name, column in columns.items()}
    body = pl.DataFrame(filled, schema=dict.fromkeys(filled, pl.String())) if filled else pl.DataFrame()
    heads = pl.DataFrame({name: [name] for name in filled}, schema=dict.fromkeys(filled, pl.String()))
    return pl.concat([heads, body]).with_columns(pl.Series(ROW, [0, *numbers], dtype=pl.Int64))


def _tidy(path: str, name: str, grid: pl.DataFrame | None, faults: Faults) -> Sheet | None:
    """Return the grid under the headings of its first row, without empty rows; None if there is nothing."""
    if grid is None or grid.height < 2:
        return None
    heads = {column: clean(grid[column].head(1)).item() for column in grid.columns if column != ROW}
    body = grid.slice(1).select(ROW, *(cleaned(column) for column in heads))
    columns = [body[ROW]]
    kept: set[str] = set()
    for column, heading in heads.items():
        texts = body[column]
        if heading is None:
            if texts.null_count() < len(texts):
                row = body[ROW][int(texts.is_not_null().arg_true()[0])]
                faults.add(Fault("unknown_heading", path, name, row, f"({len(columns)})"))
        elif heading in kept:
            faults.add(Fault("heading_twice", path, name, 1, heading))
        else:
            kept.add(heading)
            columns.append(texts.alias(heading))
    frame = pl.DataFrame(columns)
    if len(columns) > 1:
        frame = frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    return Sheet(path, name, frame) if frame.height and kept else None
