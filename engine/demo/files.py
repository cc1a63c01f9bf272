"""The files that a campus would export: Chinese headings, words for choices, one sheet or file a kind of record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sheet:
    """A table as people export it; `ids` are the columns that hold numbers of cases."""

    heads: list[str]
    rows: list[list[Cell]]
    ids: tuple[int, ...]


Sheets = dict[str, Sheet]


def write_all(
    folder: Path,
    definitions: Definitions,
    cases: Sequence[Mapping[str, object]],
    events: Sequence[NewEvent],
    copies: int = 1,
) -> list[Path]:
    """Write everything into a folder and return the files, cases first.

    Of `copies` all but the first have a number before every id; a school of that size exports csv files alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    case_sheets = _case_sheets(definitions, cases)
    event_sheets = _event_sheets(definitions, cases, events)
    if copies > 1:
        every = case_sheets | {name: sheet for name, (_, sheet) in event_sheets.items()}
        return [_many(folder / f"{_file_name(name)}.csv", sheet, copies) for name, sheet in every.items()]
    written = [_workbook(folder / f"{name}.xlsx", {name: sheet}) for name, sheet in case_sheets.items()]
    small: dict[str, Sheets] = {}
    for name, (event, sheet) in event_sheets.items():
        if len(sheet.rows) >= LARGE:
            written.append(_csv(folder / f"{_file_name(name)}.csv", sheet))
        else:
            subject = definitions.subjects[definitions.events[event].subject].title.zh
            small.setdefault(subject, {})[name[:31]] = sheet
    return written + [_workbook(folder / f"{subject}业务记录.xlsx", each) for subject, each in small.items()]


def _file_name(name: str) -> str:
    return name.replace("/", "_")


def _case_sheets(definitions: Definitions, cases: Sequence[Mapping[str, object]]) -> Sheets:
    found = {}
    for subject in dict.fromkeys(str(each["subject"]) for each in cases):
        known = definitions.subjects[subject]
        mine = [each for each in cases if each["subject"] == subject]
        used = {name: field for name, field in known.fields.items() if any(name in _facts(each) for each in mine)}
        rows = []
        for each in mine:
            fixed: list[Cell] = [str(each["case_id"]), str(each["campus"]), _local(each["created_at"])]
            rows.append(fixed + [_cell(field, _facts(each).get(name)) for name, field in used.items()])
        ids = _ids(list(used.values()), 3)
        found[known.title.zh] = Sheet(["编号", "校区", "建档时间", *_headings(used)], rows, ids)
    return found


def _ids(fields: Sequence[Field], before: int) -> tuple[int, ...]:
    """Return which columns hold ids of cases: the first, and every reference."""
    return (0, *(before + index for index, field in enumerate(fields) if field.type == "reference"))


def _facts(case: Mapping[str, object]) -> Mapping[str, object]:
    fields = case["fields"]
    return fields if isinstance(fields, Mapping) else {}


def _event_sheets(
    definitions: Definitions, cases: Sequence[Mapping[str, object]], events: Sequence[NewEvent]
) -> dict[str, tuple[str, Sheet]]:
    """Return the sheet of each event type by its name, with the type."""
    ids = {int(str(each["case_no"])): str(each["case_id"]) for each in cases}
    by_type: dict[str, list[NewEvent]] = {}
    for each in sorted(events, key=lambda each: each.at):
        by_type.setdefault(each.type, []).append(each)
    titles = [each.title.zh for each in definitions.events.values()]
    titles += [each.title.zh for each in definitions.subjects.values()]
    found = {}
    for name, mine in by_type.items():
        event = definitions.events[name]
        filled = {field for each in mine for field, value in each.data.items() if value is not None}
        used = {field: each for field, each in event.fields.items() if field in filled}
        rows = [_event_row(each, ids, list(used.items())) for each in mine]
        sheet = Sheet([*_fixed(event), *_headings(used)], rows, (*_ids(list(used.values()), 4), 3))
        found[event.title.zh if _is_plain(event.title.zh, titles) else name] = (name, sheet)
    return found


def _is_plain(title: str, titles: Sequence[str]) -> bool:
    """Return whether a title can name a sheet, and names no other."""
    return 0 < len(title) <= 31 and titles.count(title) == 1 and not set(title) & set("[]:*?/\\()（）")


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
    plain = [
        bool(title) and titles.count(title) == 1 and key(title) not in TAKEN and not is_note(title) for title in titles
    ]
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


def _frame(sheet: Sheet) -> pl.DataFrame:
    return pl.DataFrame(
        {head: [row[index] for row in sheet.rows] for index, head in enumerate(sheet.heads)}, strict=False
    )


def _csv(path: Path, sheet: Sheet) -> Path:
    _frame(sheet).write_csv(path, include_bom=True)
    return path


def _many(path: Path, sheet: Sheet, copies: int) -> Path:
    """Write a sheet several times over, with a number before the ids of each copy."""
    frame = _frame(sheet)
    names = [sheet.heads[index] for index in sheet.ids]
    with path.open("wb") as file:
        frame.write_csv(file, include_bom=True)
        for copy in range(1, copies):
            numbered = frame.with_columns(pl.concat_str(pl.lit(f"{copy:03d}-"), name).alias(name) for name in names)
            numbered.write_csv(file, include_header=False)
    return path


def _workbook(path: Path, sheets: Sheets) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, each in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            sheet.write_row(0, 0, each.heads, bold)
            for number, row in enumerate(each.rows, 1):
                sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
    return path
