"""Places in source text: lines and columns count characters from 1; widths count terminal cells."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From the first character of something to the one after its last, in one file."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0, 0, 0)


class Word(str):
    """A text from a definition file that knows where it stands.

    It is an ordinary `str` to everybody; `places` holds the (line, column) of every character of the value when the
    value is not simply one run of the source (a folded or escaped scalar), else it is empty.
    """

    __slots__ = ("places", "span")
    span: Span
    places: tuple[tuple[int, int], ...]

    def __new__(cls, text: str, span: Span = NOWHERE, places: tuple[tuple[int, int], ...] = ()) -> Self:
        self = super().__new__(cls, text)
        self.span = span
        self.places = places
        return self

    def part(self, start: int, end: int) -> Span:
        """Return the span of the characters `start` to `end` of the value."""
        end = max(end, start + 1)
        if self.places:
            last = len(self.places) - 1
            line, column = self.places[min(start, last)]
            end_line, end_column = self.places[min(end - 1, last)]
            return Span(self.span.path, line, column, end_line, end_column + 1)
        line, column = self.span.line, self.span.column
        return Span(self.span.path, line, column + start, line, column + end)


def display_width(text: str) -> int:
    """Return how many terminal cells `text` fills; a Chinese character fills two.

    >>> display_width("回访 visit")
    10
    """
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """Return `text` cut to at most `width` cells, with an ellipsis where something was left out.

    >>> cut("首次电话回访家长", 9)
    '首次电话…'
    """
    if display_width(text) <= width:
        return text
    kept, used = [], 1
    for character in text:
        used += _cells(character)
        if used > width:
            break
        kept.append(character)
    return "".join(kept) + "…"


#: Blanks, a wide character with the marks that cling to it, or a run of narrow ones.
_PIECE = re.compile(r"\s+|[「（『]*[\u2e80-\uffff][，。；：、）」』！？]*|[^\s\u2e80-\uffff]+")


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, broken at blanks or between Chinese characters.

    >>> wrap("等：首课后已满意，并且有家长", 14)
    ['等：首课后已满', '意，并且有家长']
    >>> wrap("waits for satisfied", 10)
    ['waits for', 'satisfied']
    """
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and display_width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while display_width(line) > width and not line.endswith(" "):
            head = cut(line, width + 1).removesuffix("…")
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() else lines


def pad(text: str, width: int) -> str:
    """Return `text` filled with blanks to `width` cells."""
    return text + " " * max(0, width - display_width(text))
