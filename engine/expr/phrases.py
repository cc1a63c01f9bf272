"""The surface of the language as Python's: spans and phrases become calls, each word keeps its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine.expr.lexer import FORBIDDEN, SYNTAX, Fault, Token
from engine.problems import did_you_mean

#: The names of the calls that spans and phrases turn into hold a blank: nobody can write them.
SPAN_OF: Final = "span of"
SPAN_BEFORE: Final = "span before"
SPAN_AFTER: Final = "span after"
LAST_WORKDAY_BEFORE: Final = "close of the last working day before"
NEXT_WEEKDAY: Final = "next weekday"

UNITS: Final = ("minutes", "hours", "working_hours", "days", "working_days", "weeks", "months")
_UNIT_OF: Final = {each: each for each in UNITS} | {each.removesuffix("s"): each for each in UNITS}
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: Phrases that count from `start`.
PHRASES: Final = (
    "end of day",
    "end of next day",
    "close of day",
    "close of next working day",
    "end of next working day",
    "end of week",
    "end of month",
    "end of quarter",
    "start of day",
    "start of week",
    "start of month",
)
_WORDS_OF: Final = sorted((tuple(each.split()) for each in PHRASES), key=len, reverse=True)
_BEFORE: Final = (
    ("close", "of", "the", "last", "working", "day", "before"),
    ("close", "of", "last", "working", "day", "before"),
)
_CONSTANTS: Final = {"true": "True", "yes": "True", "false": "False", "no": "False"}

#: Words of Python that someone may try, with the language's own way.
_PYTHON: Final = {
    "is": 'to compare, write "=="; to ask whether a value is known, is_known(x)',
    "for": "count(EVENT, if=...) and its like take the place of loops",
    "lambda": "the language has no functions of one's own; a formula gives an expression a name",
    "import": "the language has no imports",
    "of": "the phrases are: " + ", ".join(f'"{each}"' for each in PHRASES),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Python source that stands for the characters `start` to `end` of the expression."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Surface:
    """An expression as Python source, piece by piece; names and texts are numbers that `words` resolves."""

    pieces: tuple[Piece, ...]
    words: tuple[str, ...]


class _Writer:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.words: list[str] = []

    def put(self, source: str, start: int, end: int) -> None:
        self.pieces.append(Piece(source, start, end))

    def name(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.put(f"_{len(self.words) - 1}", start, end)

    def text(self, word: str, start: int, end: int) -> None:
        self.words.append(word)
        self.put(f'"{len(self.words) - 1}"', start, end)

    def call(self, function: str, arguments: Sequence[str], start: int, end: int) -> None:
        """Write a call of `function` with `start` as its first argument and further numbers."""
        self.name(function, start, end)
        self.put("(", start, end)
        self.name("start", start, end)
        for each in arguments:
            self.put(",", start, end)
            self.put(each, start, end)
        self.put(")", start, end)


def surface(tokens: Sequence[Token]) -> Surface | Fault:
    """Return the tokens as Python source, or the fault of two values that stand side by side."""
    tokens, writer, place = _with_infix_words(tokens), _Writer(), 0
    while place < len(tokens):
        taken = _phrase(writer, tokens, place) or _single(writer, tokens, place)
        if isinstance(taken, Fault):
            return taken
        place += taken
    return Surface(tuple(writer.pieces), tuple(writer.words))


def _with_infix_words(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with each `before` and `after` that follows a value taken as an operator."""
    found: list[Token] = []
    for each in tokens:
        joins = each.kind == "name" and each.text in ("before", "after") and found and found[-1].ends_operand
        found.append(Token("word", each.text, each.start, each.end) if joins else each)
    return found


def _phrase(writer: _Writer, tokens: Sequence[Token], place: int) -> int | Fault:
    """Write the span or phrase that begins at `place`; return how many tokens it took, 0 for none."""
    first = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if first.kind == "word" and first.text in ("before", "after"):
        return _infix(writer, first)
    if place and tokens[place - 1].ends_operand:
        return 0
    if first.kind == "number" and following and following.text in _UNIT_OF:
        return _span(writer, first, following)
    if first.kind != "name":
        return 0
    if following and following.kind == "clock" and first.text.lower() in WEEKDAYS:
        return _weekday(writer, first, following)
    return _fixed_phrase(writer, tokens[place : place + 7])


def _infix(writer: _Writer, token: Token) -> int:
    """`SPAN before M` binds looser than + and -, and to the right: operator "|" and a fold in the parser."""
    writer.put("|", token.start, token.end)
    writer.name(SPAN_BEFORE if token.text == "before" else SPAN_AFTER, token.start, token.end)
    writer.put("|", token.start, token.end)
    return 1


def _span(writer: _Writer, number: Token, unit: Token) -> int:
    start, end = number.start, unit.end
    writer.name(SPAN_OF, start, end)
    writer.put("(", start, end)
    writer.put(number.text, number.start, number.end)
    writer.put(",", start, end)
    writer.text(_UNIT_OF[unit.text], unit.start, unit.end)
    writer.put(")", start, end)
    return 2


def _weekday(writer: _Writer, day: Token, clock: Token) -> int | Fault:
    minute = minute_of_day(clock.text)
    if minute is None:
        return Fault(clock.start, clock.end, SYNTAX, f"{clock.text} is no time of day")
    number = WEEKDAYS.index(day.text.lower()) + 1
    writer.call(NEXT_WEEKDAY, (str(number), str(minute)), day.start, clock.end)
    return 2


def minute_of_day(clock: str) -> int | None:
    """Return the minute of the day of a clock time, or None.

    >>> minute_of_day("17:30"), minute_of_day("24:00"), minute_of_day("25:00")
    (1050, 1440, None)
    """
    hour, separator, minute = clock.partition(":")
    if not (separator and hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2):
        return None
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= 24 * 60 else None


def _fixed_phrase(writer: _Writer, ahead: Sequence[Token]) -> int | Fault:
    words = tuple(each.text for each in ahead)
    for before in _BEFORE:
        if words[: len(before)] == before:
            writer.put("~", ahead[0].start, ahead[len(before) - 1].end)
            return len(before)
    for phrase in _WORDS_OF:
        if words[: len(phrase)] == phrase:
            writer.call(" ".join(phrase), (), ahead[0].start, ahead[len(phrase) - 1].end)
            return len(phrase)
    if len(words) > 1 and words[1] == "of" and words[0] in ("end", "close", "start"):
        return _no_such_phrase(ahead)
    return 0


def _no_such_phrase(ahead: Sequence[Token]) -> Fault:
    taken = list(_while_names(ahead))
    said = " ".join(each.text for each in taken)
    hint = did_you_mean(said, [*PHRASES, f"{LAST_WORKDAY_BEFORE} MOMENT"])
    return Fault(taken[0].start, taken[-1].end, SYNTAX, f'"{said}" is not a phrase of the language', hint)


def _while_names(ahead: Sequence[Token]) -> Iterator[Token]:
    for each in ahead:
        if each.kind != "name":
            return
        yield each


def _single(writer: _Writer, tokens: Sequence[Token], place: int) -> int | Fault:
    token = tokens[place]
    if place and tokens[place - 1].ends_operand and token.kind in ("name", "number", "text", "clock"):
        return _side_by_side(tokens[place - 1], token)
    match token.kind:
        case "name" if token.text in _CONSTANTS:
            writer.put(_CONSTANTS[token.text], token.start, token.end)
        case "name":
            writer.name(token.text, token.start, token.end)
        case "text":
            writer.text(token.text[1:-1], token.start, token.end)
        case "clock":
            hint = f'a clock time follows a weekday (Friday {token.text}) or stands in at_time(start, "{token.text}")'
            return Fault(token.start, token.end, SYNTAX, f"{token.text} stands alone here", hint)
        case _:
            writer.put(token.text, token.start, token.end)
    return 1


def _side_by_side(before: Token, token: Token) -> Fault:
    if token.kind == "text" and before.end == token.start and before.kind == "name":
        return Fault(before.start, token.end, FORBIDDEN, "a text has no letters before its quote")
    if token.text in _PYTHON:
        code = SYNTAX if token.text == "of" else FORBIDDEN
        return Fault(token.start, token.end, code, f'"{token.text}" is not part of the language', _PYTHON[token.text])
    if before.text in _PYTHON:
        message = f'"{before.text}" is not part of the language'
        return Fault(before.start, before.end, FORBIDDEN, message, _PYTHON[before.text])
    hint = ""
    if before.kind == "number" and token.kind == "name":
        hint = did_you_mean(token.text, UNITS)
    message = f"{before.text} and {token.text} stand side by side with nothing between them"
    return Fault(token.start, token.end, SYNTAX, message, hint or "an operator or a comma is missing")
