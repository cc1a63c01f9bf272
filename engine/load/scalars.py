"""Where each character of a scalar's value stands in the source, for scalars that are not one plain run of it.

Places are (line, column) from 1. Quotes, escapes, folds and block scalars follow YAML 1.1 as PyYAML reads it.
"""

from collections.abc import Iterator, Sequence

Place = tuple[int, int]

_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_BLANK = " \t"


def flow_places(lines: Sequence[str], first: Place, last: Place, style: str) -> tuple[Place, ...]:
    """Return the places of the characters of a plain or quoted scalar.

    `first` and `last` are the places of its first character and of the one after its last, quotes left out.

    >>> flow_places(['a: "x', '  y"'], (1, 5), (2, 4), '"')
    ((1, 5), (1, 6), (2, 3))
    """
    found: list[Place] = []
    breaks, joined = 0, False  # line ends since the last content, and whether a backslash took the first of them
    for number in range(first[0], last[0] + 1):
        line = lines[number - 1]
        begin = first[1] - 1 if number == first[0] else 0
        end = last[1] - 1 if number == last[0] else len(line)
        pieces = list(_pieces(line, begin, end, style))
        joins = style == '"' and number != last[0] and bool(pieces) and line[pieces[-1] :] == "\\"
        if joins:
            pieces.pop()
        pieces = _stripped(pieces, line, left=number != first[0], right=number != last[0] and not joins)
        breaks += number != first[0]
        if pieces or joins or number == last[0]:
            count = breaks - 1 if joined or breaks > 1 else breaks
            found += [_end(lines, number - breaks + each) for each in range(count)]
            found += [(number, at + 1) for at in pieces]
            breaks, joined = 0, joins
    return tuple(found)


def _pieces(line: str, begin: int, end: int, style: str) -> Iterator[int]:
    """Return where each character of the value begins in one line; an escape is one character."""
    at = begin
    while at < end:
        yield at
        if style == '"' and line[at] == "\\":
            at += 2 + _HEX_DIGITS.get(line[at + 1 : at + 2], 0)
        elif style == "'" and line[at] == "'":
            at += 2
        else:
            at += 1


def _stripped(pieces: list[int], line: str, *, left: bool, right: bool) -> list[int]:
    first, last = 0, len(pieces)
    while left and first < last and line[pieces[first]] in _BLANK:
        first += 1
    while right and last > first and line[pieces[last - 1]] in _BLANK:
        last -= 1
    return pieces[first:last]


def _end(lines: Sequence[str], number: int) -> Place:
    return number, len(lines[number - 1]) + 1


def block_places(lines: Sequence[str], header: int, value: str) -> tuple[Place, ...]:
    """Return the places of the characters of a `|` or `>` scalar whose header stands in line `header`.

    >>> block_places(["a: >", "  x", "  y"], 1, "x y")
    ((2, 3), (2, 4), (3, 3))
    """
    indent = _indent(lines, header, value)
    found: list[Place] = []
    ends: list[Place] = []  # ends of lines that a gap of the value may stand for
    number = header + 1
    while len(found) < len(value) and number <= len(lines):
        content = lines[number - 1][indent:]
        if content:
            found += _gap(value, len(found), ends)
            found += [(number, indent + each + 1) for each in range(min(len(content), len(value) - len(found)))]
            ends = []
        ends.append(_end(lines, number))
        number += 1
    return (*found, *_gap(value, len(found), ends or [_end(lines, len(lines))]))


def _indent(lines: Sequence[str], header: int, value: str) -> int:
    text = value.lstrip("\n")
    number = header + 1 + len(value) - len(text)
    if not text or number > len(lines):
        return 0 if number > len(lines) else len(lines[number - 1])
    line = lines[number - 1]
    return len(line) - len(line.lstrip(" ")) - (len(text) - len(text.lstrip(" ")))


def _gap(value: str, begin: int, ends: Sequence[Place]) -> list[Place]:
    end = begin
    while end < len(value) and value[end] == "\n":
        end += 1
    if end == begin and ends and value[begin : begin + 1] == " " and begin:
        end += 1  # a folded line end
    return [ends[min(each, len(ends) - 1)] for each in range(end - begin)] if ends else []
