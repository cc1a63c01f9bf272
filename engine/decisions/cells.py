"""A cell of a decision table: from its text to the set of values that it takes.

Only `any` and `unknown` take a value that is not known; `not a` takes every known value that is not a.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from engine.model import Field, FieldType
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE: Final = "decision-cell"

#: A value on an axis that has an order.
Ordered = Decimal | date
#: A value of an input, None if it is unknown.
Plain = Decimal | date | float | int | str | bool | None

_ORDERED: Final = ("number", "money", "date")
_SIGNS: Final = ("<=", ">=", "<", ">")
_NOT_SIGNS: Final = {  # the longer ones first
    "==": "",
    "=>": ">=",
    "=<": "<=",
    "!=": "not",
    "<>": "not",
    "=": "",
    "≤": "<=",
    "≥": ">=",
    "≠": "not",
}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_RANGE: Final = re.compile(r"(.*?)\s*\.\.(<?)\s*(.*)")
_PART: Final = re.compile(r'\s*("[^"]*"|\'[^\']*\'|[^,]*?)\s*(?:,|$)')
YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_SHOWN: Final = {"number": "a number", "money": "an amount", "date": "a day", "yes_no": "yes or no"}
_EXAMPLE: Final = {"number": "3", "money": "400", "date": "2026-03-01"}


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`; None: no bound on that side."""

    low: Ordered | None = None
    high: Ordered | None = None
    has_low: bool = True
    has_high: bool = True

    def contains(self, value: Ordered) -> bool:
        """Return whether a value lies in it.

        >>> Interval(Decimal(3), Decimal(5), has_high=False).contains(Decimal(5))
        False
        """
        above = self.low is None or self.low < value or (self.has_low and self.low == value)  # type: ignore[operator]
        below = self.high is None or value < self.high or (self.has_high and self.high == value)  # type: ignore[operator]
        return above and below


@dataclass(frozen=True, slots=True)
class Cell:
    """The set of values that a cell takes: those in `intervals` and `values`, or if `negated` all known others."""

    text: str
    type: FieldType
    intervals: tuple[Interval, ...] = ()
    values: frozenset[str | bool] = frozenset()
    negated: bool = False
    unknown: bool = False  # takes what is unknown

    @property
    def is_any(self) -> bool:
        """Whether it takes everything."""
        return self.negated and self.unknown

    def matches(self, value: Plain) -> bool:
        """Return whether the cell takes a value; None is unknown.

        >>> cell = parse_cell(Word("not 3..<5"), Field(Word("month"), "number"))
        >>> [cell.matches(each) for each in (2.0, 3.0, 5.0, None)]
        [True, False, True, False]
        """
        if value is None:
            return self.unknown
        if self.is_any:
            return True
        return self._holds(value) != self.negated

    def _holds(self, value: Plain) -> bool:
        if isinstance(value, str | bool) or value is None:
            return value in self.values
        found = value if isinstance(value, Decimal | date) else Decimal(repr(value))  # 0.1 is the cell 0.1
        return any(each.contains(found) for each in self.intervals)

    def bounds(self) -> Iterator[Ordered]:
        """Return the values at which its answer may change."""
        for each in self.intervals:
            yield from (bound for bound in (each.low, each.high) if bound is not None)


ANY: Final = Cell("any", "text", negated=True, unknown=True)


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    start: int

    def after(self, count: int) -> "_Part":
        """Return the part without its first characters and the blanks that follow them."""
        rest = self.text[count:]
        return _Part(rest.lstrip(), self.start + count + len(rest) - len(rest.lstrip()))


@dataclass(frozen=True)
class _Fault(Exception):  # noqa: N818
    part: _Part
    message: str
    hint: str = ""


def parse_cell(word: Word, field: Field) -> Cell | Problem:
    """Return what a cell takes of an input, or the problem that keeps it from being read.

    >>> parse_cell(Word("< 3, unknown"), Field(Word("month"), "number")).matches(None)
    True
    >>> parse_cell(Word("stabel"), Field(Word("s"), "choice", choices=(Word("stable"), Word("unstable")))).hint
    'did you mean "stable"?'
    """
    try:
        return _cell(word, field)
    except _Fault as fault:
        span = word.part(fault.part.start, fault.part.start + max(len(fault.part.text), 1))
        return Problem(span, CODE, fault.message, fault.hint)


def _cell(word: Word, field: Field) -> Cell:
    parts = _parts(str(word))
    if parts[0].text in ("any", "-"):
        if len(parts) > 1:
            raise _Fault(parts[0], f'"{parts[0].text}" stands alone: it takes every value')
        return Cell(str(word), field.type, negated=True, unknown=True)
    negated = parts[0].text.startswith("not ")
    if negated:
        parts[0] = parts[0].after(len("not "))
    unknown, intervals, values = False, [], set[str | bool]()
    for part in parts:
        if part.text == "unknown":
            unknown = True
        elif field.type in _ORDERED:
            intervals.append(_interval(part, field))
        else:
            values.add(_value(part, field))
    return Cell(str(word), field.type, tuple(intervals), frozenset(values), negated, unknown and not negated)


def _parts(text: str) -> list[_Part]:
    found, place = [], 0
    while place <= len(text):
        match = _PART.match(text, place)
        if match is None or (match.end() == len(text) and not text[place:].strip()):
            raise _Fault(_Part("", min(place, max(len(text) - 1, 0))), "a value is missing here", 'write "any" for all')
        found.append(_Part(match[1], match.start(1)))
        if match.end() == len(text) and not match[0].endswith(","):
            break
        place = match.end()
    for part in found:
        if not part.text:
            raise _Fault(part, "a value is missing here", 'write "any" for all')
        if part is not found[0] and part.text.startswith("not "):
            raise _Fault(part, '"not" stands once, at the beginning, for all that follows')
        if part is not found[0] and part.text in ("any", "-"):
            raise _Fault(part, f'"{part.text}" stands alone: it takes every value')
    return found


def _interval(part: _Part, field: Field) -> Interval:
    for sign, meant in _NOT_SIGNS.items():
        if part.text.startswith(sign) and part.text[:2] not in _SIGNS:
            raise _Fault(
                part, f'"{sign}" is no sign of a cell', f'write "{f"{meant} {part.after(len(sign)).text}".strip()}"'
            )
    for sign in _SIGNS:
        if part.text.startswith(sign):
            bound, equal = _ordered(part.after(len(sign)), field), sign.endswith("=")
            return Interval(low=bound, has_low=equal) if sign[0] == ">" else Interval(high=bound, has_high=equal)
    if match := _RANGE.fullmatch(part.text):
        low = _ordered(_Part(match[1], part.start), field)
        high = _ordered(_Part(match[3], part.start + match.start(3)), field)
        found = Interval(low, high, has_high=not match[2])
        if not found.contains(low):
            raise _Fault(part, f'"{part.text}" takes nothing: it ends before it begins')
        return found
    value = _ordered(part, field)
    return Interval(value, value)


def _ordered(part: _Part, field: Field) -> Ordered:
    text = _unquoted(part.text)
    value = read_day(text) if field.type == "date" else read_number(text)
    if value is None:
        example = _EXAMPLE[field.type]
        hint = f"a cell is {example}, < {example}, >= {example}, a list, a range as in 3..5, not, any or unknown"
        if len(ends := re.split(r"\s*(?:-|~|～|—|至|到)\s*", text)) == 2 and all(map(_NUMBER.fullmatch, ends)):
            hint = f'write "{ends[0]}..{ends[1]}"'
        raise _Fault(part, f'"{part.text}" is not {_SHOWN[field.type]}, and "{field.name}" is {field.type}', hint)
    if field.type == "money" and isinstance(value, Decimal) and value != round(value, 2):
        raise _Fault(part, f'"{part.text}" has parts of a cent')
    return value


def read_number(text: str) -> Decimal | None:
    """Return the number that a text writes, or None.

    >>> read_number("3.50"), read_number("3,5")
    (Decimal('3.50'), None)
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def read_day(text: str) -> date | None:
    """Return the day that a text writes, or None.

    >>> read_day("2026-02-28"), read_day("2026-02-29")
    (datetime.date(2026, 2, 28), None)
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-01") else None
    except ValueError:
        return None


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _value(part: _Part, field: Field) -> str | bool:
    if field.type not in _VALUES:
        message = f'"{field.name}" is {field.type}, which a cell can only ask whether it is unknown'
        raise _Fault(part, message, "give the table an input of another type: a number, a choice, yes or no")
    for sign in (*_SIGNS, *_NOT_SIGNS):
        if part.text.startswith(sign):
            hint = "only numbers, money and dates have an order" if sign[0] in "<>" else ""
            raise _Fault(part, f'"{sign}" cannot stand before a value of "{field.name}", which is {field.type}', hint)
    return _VALUES[field.type](part, field)


def _yes_no(part: _Part, field: Field) -> bool:
    if part.text.lower() not in YES_NO:
        raise _Fault(part, f'"{part.text}" is neither yes nor no, and "{field.name}" is yes_no', "write yes or no")
    return YES_NO[part.text.lower()]


def _choice(part: _Part, field: Field) -> str:
    text, known = _unquoted(part.text), [str(each) for each in field.choices]
    if known and text not in known:
        raise _Fault(part, f'"{text}" is not a choice of "{field.name}"', did_you_mean(text, known))
    return text


def _text(part: _Part, _: Field) -> str:
    return _unquoted(part.text)


_VALUES: Final[dict[str, Callable[[_Part, Field], str | bool]]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "text": _text,
    "reference": _text,
}
