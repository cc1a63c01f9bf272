"""What is wrong with a row that was handed over, and what an import did; each in both languages."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.text import cut

#: So many faults are kept; the others are counted.
SHOWN: Final = 100
_LONGEST_VALUE: Final = 40

#: key -> (Chinese, English)
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "text": ("需要不超过 {limit} 字的文字", "expected a text of at most {limit} characters"),
    "number": ("需要数字", "expected a number"),
    "money": ("需要金额，最多两位小数，如 1234.50", "expected money with at most two decimals, such as 1234.50"),
    "yes_no": ("需要 是 或 否", "expected yes or no"),
    "choice": ("应为 {choices} 之一", "expected one of {choices}"),
    "choices": ("应为 {choices} 中的若干项，用逗号隔开", "expected some of {choices}, with commas between them"),
    "moment": ("需要时间，如 2026-03-01 09:30", "expected a moment, such as 2026-03-01 09:30"),
    "date": ("需要日期，如 2026-03-01", "expected a date, such as 2026-03-01"),
    "duration": ("需要时长，如 3 days 或 2 working_hours", "expected a span, such as 3 days or 2 working_hours"),
    "at_least": ("不能小于 {limit}", "may not be less than {limit}"),
    "at_most": ("不能大于 {limit}", "may not be more than {limit}"),
    "required": ("必填，却没有", "is required and missing"),
    "required_if": ("在 {condition} 时必填，却没有", "is required where {condition}, and missing"),
    "unknown_field": ('"{event}" 没有这个字段', 'is not a field of "{event}"'),
    "unknown_heading": ("不认识这一列", "nobody knows this column"),
    "heading_twice": ("这一列出现了两次", "this column comes twice"),
    "no_column": ("缺少这一列", "this column is missing"),
    "unknown_event": ("没有这种事件", "is not an event"),
    "shared_title": ("是 {names} 共同的名称；请写编号", "is the title of {names}; write the id"),
    "unknown_subject": ("没有这种类别", "is not a kind of case"),
    "unknown_case": ("没有这个编号", "is not a case"),
    "other_subject": ("是{found}；{event} 只记在{wanted}上", "is of kind {found}; {event} is recorded on {wanted}"),
    "future": ("晚于现在（{now}）", "is in the future (now is {now})"),
    "before_case": ("早于建档时间 {created}", "is before the case existed ({created})"),
    "case_twice": ("同一个编号出现两次，内容不同", "comes twice, with different facts"),
    "case_changes": ("已是 {before}；这一项不能改", "is {before} already and can't be changed"),
    "not_recognised": (
        "看不出是什么数据：名称既不是事件也不是类别，也没有“事件”列",
        'what it holds is unclear: its name is neither an event nor a kind of case, and it has no column "event"',
    ),
    "no_file": ("没有这个文件", "there is no such file"),
    "no_rights": ("读不了：{why}", "can't be read: {why}"),
    "kind_of_file": ("只认 .csv、.xlsx、.jsonl", "only .csv, .xlsx and .jsonl are read"),
    "encoding": (
        "不是 UTF-8 也不是 GBK 的文字；请另存为 UTF-8",
        "is text in neither UTF-8 nor GBK; save it as UTF-8",
    ),
    "workbook": ("不是能读的 xlsx：{why}", "is no xlsx file that can be read: {why}"),
    "merged": (
        "表头有合并单元格；请取消合并，一列一个标题",
        "its heading is a merged cell; unmerge it, one title a column",
    ),
    "broken_cell": ("公式出错的单元格（如 #DIV/0!）；请改好", "is a formula that failed, such as #DIV/0!; mend it"),
    "too_many_cells": ("比表头多 {count} 格", "has {count} cells more than the heading"),
    "quote": ("引号没有配对", "has a quote that is never closed"),
    "json": ("不是一行 JSON 对象：{why}", "is not a JSON object: {why}"),
    "json_value": ("不能是对象", "may not be an object"),
    "near": ("是不是“{name}”？", 'did you mean "{name}"?'),
    # notes
    "note_zone": (
        "没有时区的时间按校区时区（{zones}）理解",
        "moments without a zone are taken in the campus's zone ({zones})",
    ),
    "note_encoding": ("{path} 按 GBK 读取", "{path} was read as GBK"),
    "note_ignored": ("{path}：未读备注列 {headings}", "{path}: columns of notes left out: {headings}"),
    "note_empty": ("{path}：没有内容", "{path}: holds no rows"),
    "note_sheet": ("{path}：工作表 {sheet} 是空的或是说明，未读", "{path}: sheet {sheet} is empty or a note, left out"),
    "note_recorded": (
        "没有录入时间的 {count} 条按发生时间算作当时录入",
        "{count} rows without a recording time count as typed in when they happened",
    ),
    "note_midnight": (
        "{count} 个时间只有日期，按 00:00 理解",
        "{count} moments have a date only and are taken as 00:00",
    ),
    "note_created": (
        "{count} 个没有建档时间，取其第一个事件，没有事件的取现在",
        "{count} cases without a creation moment have that of their first event, or now",
    ),
    "note_reference": (
        "{count} 处 {heading} 指向没有的{subject}，如 {example}",
        "{count} times {heading} names a {subject} that is not there, such as {example}",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place. `row` counts as a spreadsheet does: the heading is row 1; 0: the whole file."""

    key: str
    path: str = ""
    sheet: str = ""
    row: int = 0
    heading: str = ""
    value: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    known: tuple[str, ...] = ()  # the names that might have been meant

    @property
    def place(self) -> str:
        """Return file, sheet, row and column heading, as far as they are known."""
        file = f"{self.path}[{self.sheet}]" if self.sheet else self.path
        return ":".join(part for part in (file, str(self.row) if self.row else "", self.heading) if part)

    def text(self, language: str = "en") -> str:
        """Return the fault in one line: the place, the value, what was expected."""
        value = f'"{cut(self.value, _LONGEST_VALUE)}" ' if self.value else ""
        sentence = value + said(language, self.key, self.details)
        hint = nearest(language, self.value or self.heading, self.known)
        place = f"{self.place}: " if self.place else ""
        return f"{place}{sentence}" + (f"; {hint}" if hint else "")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader of an import should know, but need not mend."""

    key: str
    details: Mapping[str, object]

    def text(self, language: str = "en") -> str:
        """Return the note in one line."""
        return said(language, self.key, self.details)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; with problems, nothing. `problems` holds the first, `more_problems` counts the others."""

    cases_added: int = 0
    cases_changed: int = 0
    events_added: int = 0
    duplicates: int = 0
    problems: tuple[Fault, ...] = ()
    more_problems: int = 0
    notes: tuple[Note, ...] = ()


class Faults:
    """The faults of an import: the first ones whole, the others as a number."""

    def __init__(self) -> None:
        self.shown: list[Fault] = []
        self.more = 0

    def __bool__(self) -> bool:
        return bool(self.shown)

    def add(self, fault: Fault) -> None:
        """Keep one fault."""
        if len(self.shown) < SHOWN:
            self.shown.append(fault)
        else:
            self.more += 1

    def in_order(self) -> tuple[Fault, ...]:
        """Return the faults file by file, row by row."""
        files = list(dict.fromkeys((each.path, each.sheet) for each in self.shown))
        return tuple(sorted(self.shown, key=lambda each: (files.index((each.path, each.sheet)), each.row)))

    def room(self) -> int:
        """Return how many more are kept whole."""
        return SHOWN - len(self.shown)


def nearest(language: str, name: str, known: Iterable[str]) -> str:
    """Return a question with the nearest name, or nothing. Of two Chinese characters one may be wrong.

    >>> nearest("zh", "回放", ["回访", "到账确认"]), nearest("en", "tiger", ["student"])
    ('是不是“回访”？', '')
    """
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5 if len(name) < 4 else 0.6)
    return said(language, "near", {"name": near[0]}) if near else ""


def said(language: str, key: str, details: Mapping[str, object]) -> str:
    """Return a sentence with its places filled.

    >>> said("zh", "at_least", {"limit": 3})
    '不能小于 3'
    """
    return _TEXTS[key][0 if language == "zh" else 1].format(**details)
