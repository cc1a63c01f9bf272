"""The files that a campus would export: Chinese headings, words for choices, one sheet or file a kind of record."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl

from engine.calendars.zones import moment_text
from engine.importing.names import FIXED, is_note, key
from engine.model import Definitions, Event, Field
from engine.store.base import NewEvent

ZONE = "Asia/Shanghai"
LARGE = 400  # records of one kind that get a csv file of their own
TAKEN = {key(name) for names in FIXED.values() for name in names}

Cell = str | float | None
Sheets = dict[str, tuple[list[str], list[list[Cell]]]]


def write_all(folder: Path, definitions: Definitions, cases: Sequence[Mapping[str, object]], events: Sequence[NewEvent]) -> list[Path]:
    """Write everything into a folder and return the files, cases first."""
    folder.mkdir(parents=True, exist_ok=True)
    written = _case_files(folder, definitions, cases)
    sheets = _event_sheets(definitions, cases, events)
    small: dict[str, Sheets] = {}
    for name, (event, heads, rows) in sheets.items():
        if len(rows) >= LARGE:
            written.append(_csv(folder / f"{_file_name(name)}.csv", heads, rows))
        else:
            subject = definitions.subjects[definitions.events[event].subject].title.zh
            small.setdefault(subject, {})[name[:31]] = (heads, rows)
    return written + [_workbook(folder / f"{subject}业务记录.xlsx", each) for subject, each in small.items()]


def _file_name(name: str) -> str:
    return name.replace("/", "_")


def _case_files(folder: Path, definitions: Definitions, cases: Sequence[Mapping[str, object]]) -> list[Path]:
    found = []
    for subject in dict.fromkeys(str(each["subject"]) for each in cases):
        known = definitions.subjects[subject]
        mine = [each for each in cases if each["subject"] == subject]
        used = [name for name in known.fields if any(name in _facts(each) for each in mine)]
        heads = ["编号", "校区", "建档时间", *_headings({name: known.fields[name] for name in used})]
        rows = [[str(each["case_id"]), str(each["campus"]), _local(each["created_at"]), *(_cell(known.fields[name], _facts(each).get(name)) for name in used)] for each in mine]
        found.append(_workbook(folder / f"{known.title.zh}.xlsx", {known.title.zh: (heads, rows)}))
    return found


def _facts(case: Mapping[str, object]) -> Mapping[str, object]:
    fields = case["fields"]
    return fields if isinstance(fields, Mapping) else {}


def _event_sheets(
    definitions: Definitions, cases: Sequence[Mapping[str, object]], events: Sequence[NewEvent]
) -> dict[str, tuple[str, list[str], list[list[Cell]]]]:
    ids = {int(str(each["case_no"])): str(each["case_id"]) for each in cases}
    by_type: dict[str, list[NewEvent]] = {}
    for each in events:
        by_type.setdefault(each.type, []).append(each)
    titles = [event.title.zh for event in definitions.events.values()] + [subject.title.zh for subject in definitions.subjects.values()]
    found = {}
    for name, mine in by_type.items():
        event = definitions.events[name]
        title = event.title.zh
        plain = title and titles.count(title) == 1 and len(title) <= 31 and not set(title) & set("[]:*?/\\()（）")
        used = [field for field in event.fields if any(each.data.get(field) is not None for each in mine)]
        heads = [*_fixed(event), *_headings({field: event.fields[field] for field in used})]
        rows = [_event_row(each, ids, [(field, event.fields[field]) for field in used]) for each in sorted(mine, key=lambda each: each.at)]
        found[title if plain else name] = (name, heads, rows)
    return found


def _event_row(event: NewEvent, ids: Mapping[int, str], fields: Sequence[tuple[str, Field]]) -> list[Cell]:
    values = [_cell(field, event.data.get(name)) for name, field in fields]
    return [ids[event.case_no], _local(event.at), _local(event.recorded_at), event.by, *values]


def _fixed(event: Event) -> list[str]:
    """Return the headings that every record has, by their ids where the form has a field of that title."""
    titles = {key(field.title.zh) for field in event.fields.values()}
    names = {"case_id": "编号", "at": "时间", "recorded_at": "录入时间", "by": "录入人"}
    return [name if key(shown) in titles else shown for name, shown in names.items()]


def _headings(fields: Mapping[str, Field]) -> list[str]:
    """Return the Chinese title of each field, its id where the title is not its own."""
    titles = [field.title.zh for field in fields.values()]
    plain = [bool(title) and titles.count(title) == 1 and key(title) not in TAKEN and not is_note(title) for title in titles]
    return [title if is_plain else name for name, title, is_plain in zip(fields, titles, plain, strict=True)]


def _local(moment: object) -> str:
    return moment_text(int(str(moment)), ZONE)


def _cell(field: Field, value: object) -> Cell:
    """Return a value as a Chinese spreadsheet has it."""
    if value is None:
        return None
    shown: dict[str, Callable[[object], Cell]] = {
        "choice": lambda one: _word(field, one),
        "choices": lambda many: "、".join(_word(field, each) for each in many) if isinstance(many, list) else str(many),
        "yes_no": lambda yes: "是" if yes else "否",
        "moment": _local,
        "number": lambda number: float(str(number)),
    }
    return shown.get(field.type, str)(value)


def _word(field: Field, choice: object) -> str:
    """Return a choice by its Chinese title; by its id where the title would read as several."""
    title = field.choice_titles.get(str(choice))
    several = field.type == "choices" and title is not None and any(each in title.zh for each in ",;、，；|/")
    return title.zh if title and title.zh and not several else str(choice)


def _csv(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Path:
    columns = {head: [row[index] for row in rows] for index, head in enumerate(heads)}
    pl.DataFrame(columns, strict=False).write_csv(path, include_bom=True)
    return path


def _workbook(path: Path, sheets: Sheets) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, (heads, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.write_row(0, 0, heads, bold)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return path
