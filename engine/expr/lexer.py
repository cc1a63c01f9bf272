"""Tokens of an expression, with their place in the text; what the language does not have is refused here by name."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

SYNTAX: Final = "expression-syntax"
FORBIDDEN: Final = "expression-forbidden"

LONGEST: Final = 2_000
DEEPEST: Final = 30

TokenKind = Literal["name", "word", "number", "text", "clock", "operator"]

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+)
    | (?P<text>"[^"\n]*"|'[^'\n]*')
    | (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\w))
    | (?P<clock>[0-9]{1,2}:[0-9]{2}(?!\w))
    | (?P<number>[0-9][\w.]*)
    | (?P<name>[^\W\d]\w*(?:\.\w+)*)
    | (?P<refused>===|!==|\*\*|//|:=|&&|\|\||<>|<<|>>|=>|=<)
    | (?P<operator>==|!=|<=|>=|[-+*/<>=(),\[\]])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_NUMBER_AND_UNIT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)_?([a-z_]+)")
_WORDS: Final = frozenset({"and", "or", "not", "in", "if", "else"})

_REFUSED: Final = {
    "===": 'to compare, write "=="',
    "!==": 'to compare, write "!="',
    "<>": 'write "!="',
    "=>": 'write ">="',
    "=<": 'write "<="',
    "&&": 'write "and"',
    "||": 'write "or"',
    "&": 'write "and"',
    "|": 'write "or"',
    "!": 'write "not"',
    "~": 'write "not"',
    "**": 'write "x * x"',
    "//": "write floor(x / y)",
    "%": "write 0.3 for 30%",
    ":": 'a condition is written "a if c else b"',
    "{": "a list is written [a, b]",
    "}": "a list is written [a, b]",
    "#": "notes stand outside of the expression",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in an expression's text, by the places of its characters."""

    start: int
    end: int
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text from `start` to `end`."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def ends_operand(self) -> bool:
        """Whether a value may end here."""
        return self.kind in ("name", "number", "text", "clock") or self.text in (")", "]")


def tokens(text: str) -> list[Token] | Fault:
    """Return the tokens of `text`, or the first thing in it that is not of the language."""
    if len(text) > LONGEST:
        message = f"this expression has {len(text):,} characters; {LONGEST:,} are the most"
        return Fault(0, LONGEST, FORBIDDEN, message, "give parts of it a name as formulas")
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "blank":
            continue
        one = _token(match)
        if isinstance(one, Fault):
            return one
        found.append(one)
    if not found:
        return Fault(0, len(text), SYNTAX, "an expression is missing here")
    found = _with_keyword_names(found)
    return _bracket_fault(found) or found


def _token(match: re.Match[str]) -> Token | Fault:
    start, end, text = match.start(), match.end(), match.group()
    match match.lastgroup:
        case "name":
            return _name(text, start, end)
        case "number":
            return _number_fault(text, start, end) or Token("number", text, start, end)
        case "text" | "clock" | "operator" as kind:
            return Token(kind, text, start, end)
        case "day":
            return Fault(start, end, SYNTAX, f"{text} is read as a subtraction", f'put a day in quotes: "{text}"')
        case _:
            return _refused(text, start, end)


def _name(text: str, start: int, end: int) -> Token | Fault:
    if text.startswith("_") or "._" in text or "__" in text:
        return Fault(start, end, FORBIDDEN, f'"{text}" is not a name of the language: names do not start with "_"')
    return Token("word" if text in _WORDS else "name", text, start, end)


def _number_fault(text: str, start: int, end: int) -> Fault | None:
    if not _NUMBER.fullmatch(text):
        parted = _NUMBER_AND_UNIT.fullmatch(text)
        hint = f'put a blank before the unit: "{parted[1]} {parted[2]}"' if parted else "numbers look like 3 or 0.5"
        shown = text if len(text) <= 30 else text[:30] + "…"
        return Fault(start, end, SYNTAX, f'"{shown}" is not a number', hint)
    whole, _, decimals = text.partition(".")
    if len(whole) > 15 or len(decimals) > 9:
        message = f"this number has {len(whole) + len(decimals):,} digits"
        return Fault(start, end, FORBIDDEN, message, "15 before the point and 9 after it are the most")
    return None


def _refused(text: str, start: int, end: int) -> Fault:
    if text in "\"'":
        return Fault(start, end, SYNTAX, "this quote is not closed", "a text begins and ends with the same quote")
    if text == ".":
        return Fault(start, end, FORBIDDEN, "names with dots are not part of the language")
    plain = {"“": '"', "”": '"', "‘": "'", "’": "'", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "。": "."}
    ascii_form = plain.get(text, unicodedata.normalize("NFKC", text))
    if ascii_form != text and ascii_form.isascii():
        return Fault(start, end, SYNTAX, f"{text} is a full-width sign", f"write {ascii_form}")
    return Fault(start, end, FORBIDDEN, f'"{text}" is not part of the language', _REFUSED.get(text, ""))


def _with_keyword_names(found: list[Token]) -> list[Token]:
    """Return the tokens with the `if` of `count(visit, if=...)` taken as a name."""
    after = [*found[1:], None]
    return [
        Token("name", each.text, each.start, each.end) if each.text == "if" and then and then.text == "=" else each
        for each, then in zip(found, after, strict=True)
    ]


def _bracket_fault(found: list[Token]) -> Fault | None:
    pairs = {")": "(", "]": "["}
    opened: list[Token] = []
    for each in found:
        if each.kind != "operator":
            continue
        if each.text in "([":
            opened.append(each)
        elif each.text in pairs and (not opened or opened.pop().text != pairs[each.text]):
            return Fault(each.start, each.end, SYNTAX, f'"{each.text}" closes nothing that is open')
        if len(opened) > DEEPEST:
            return Fault(each.start, each.end, FORBIDDEN, f"brackets are nested deeper than {DEEPEST}")
    if opened:
        return Fault(opened[-1].start, opened[-1].end, SYNTAX, f'"{opened[-1].text}" is never closed')
    return None
