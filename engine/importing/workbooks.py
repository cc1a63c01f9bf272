"""The sheets of an xlsx file as texts."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from engine.importing.faults import Fault, Faults

ROW: Final = "\N{NULL}row"
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]+(\d+):[A-Z]+\d+)"')
_BROKEN: Final = re.compile(rb'<(?:\w+:)?c (?=[^>]*\bt="e")[^>]*\br="([A-Z]+(\d+))"')
_SHEET: Final = re.compile(rb'<(?:\w+:)?sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION: Final = re.compile(rb"<Relationship [^>]*>")


def workbook_sheets(path: Path, faults: Faults) -> Iterator[tuple[str, pl.DataFrame | None]]:
    """Yield each sheet's name and cells, headings in the first row with anything in it."""
    import fastexcel

    path.stat()
    try:
        book = fastexcel.read_excel(path)
        merged = _places(path, _MERGE)
        broken = _places(path, _BROKEN)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, KeyError) as error:
        faults.add(Fault("workbook", str(path), details={"why": str(error).splitlines()[0]}))
        return
    for number, name in enumerate(book.sheet_names):
        cells = _cells(book.load_sheet(number, header_row=None, skip_rows=0, dtypes="string"))
        first = 1 if cells is None else int(cells[ROW][0])
        across = [place for row, place in merged.get(number, ()) if row <= first]
        if across:
            faults.add(Fault("merged", str(path), name, first, across[0]))
            continue
        for row, place in broken.get(number, ()):
            faults.add(Fault("broken_cell", str(path), name, row, place))
        yield name, cells


def _cells(sheet: object) -> pl.DataFrame | None:
    if not getattr(sheet, "total_height", 0):
        return None
    frame: pl.DataFrame = sheet.to_polars()  # type: ignore[attr-defined]
    frame = frame.select(pl.all().cast(pl.String)).with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))
    filled = frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    return filled if filled.height else None


def _places(path: Path, pattern: re.Pattern[bytes]) -> dict[int, list[tuple[int, str]]]:
    """Return the cells of each sheet that a pattern finds: the first row, and the place."""
    found: dict[int, list[tuple[int, str]]] = {}
    with zipfile.ZipFile(path) as package:
        targets = {}
        for relation in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
            attributes = dict(re.findall(rb'(\w+)="([^"]*)"', relation))
            targets[attributes.get(b"Id", b"")] = attributes.get(b"Target", b"").decode().removeprefix("/xl/")
        for number, (_, relation_id) in enumerate(_SHEET.findall(package.read("xl/workbook.xml"))):
            target = "xl/" + targets[relation_id]
            for place, top in pattern.findall(package.read(target)):
                found.setdefault(number, []).append((int(top), place.decode()))
    return found
