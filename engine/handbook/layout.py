"""Where boxes and arrows of a picture go: steps in rows, a band a stage, arrows in channels between the boxes.

An arrow leaves a box at its foot, runs in the channel below its row, along the channel left of its column and in the
channel above the row of its target, and enters there from above. All arrows of one step share their way, and no two
steps share a lane, so that a line never crosses a box and never lies on another's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from engine.handbook.links import Drawing, Node
from engine.text import cut, display_width

COLUMNS: Final = 4
BOX_WIDTH: Final = 244
PILL_HEIGHT: Final = 22
STEM: Final = 12  # from the pill to the box
BOX_HEIGHT: Final = 84
LABEL_WIDTH: Final = 132  # the names of the stages, on the left
HEAD: Final = 56
LANE: Final = 7
MARGIN: Final = 14
#: The width of one terminal cell in pixels; a Chinese character fills two. A little more than any font needs.
CELL: Final = {13: 7.3, 11: 6.2, 18: 10.1}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle by its corner and size."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Rect") -> bool:
        """Return whether two rectangles have more than an edge in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Box:
    """A step at its place, its texts cut and wrapped to fit."""

    node: Node
    rect: Rect
    pill: Rect
    opening: str
    title: tuple[str, ...]
    role: str
    due: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stage behind its rows."""

    rect: Rect
    title: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one arrow; `source` counts the steps that arrows leave, for its colour."""

    source: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything at its place."""

    title: str
    width: float
    height: float
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    node: Node
    row: int
    column: int


class _Channels:
    """The lanes of the channels: `above[r]` over row r, `beside[c]` left of column c, each lane for one step."""

    def __init__(self, rows: int, cells: dict[str, _Cell], arrows: Sequence[tuple[str, str]]) -> None:
        self.above: list[list[str]] = [[] for _ in range(rows + 1)]
        self.beside: list[list[str]] = [[] for _ in range(COLUMNS)]
        for source, target in arrows:
            here, there = cells[source], cells[target]
            _add(self.above[here.row + 1], source)
            if there.row != here.row + 1:
                _add(self.beside[here.column], source)
                _add(self.above[there.row], source)


def _add(lanes: list[str], name: str) -> None:
    if name not in lanes:
        lanes.append(name)


def _thick(lanes: Sequence[str]) -> float:
    return MARGIN + LANE * len(lanes) + (MARGIN if lanes else 0)


def picture(drawing: Drawing) -> Picture:
    """Return a drawing with everything at its place."""
    cells, spans = _cells(drawing)
    arrows = [each for each in drawing.arrows if each[0] in cells and each[1] in cells]
    channels = _Channels(spans[-1][1] if spans else 0, cells, arrows)
    tops, lefts = _tops(channels), _lefts(channels)
    boxes = {name: _box(cell, lefts[cell.column], tops[cell.row]) for name, cell in cells.items()}
    width = lefts[-1] + BOX_WIDTH + 2 * MARGIN
    bands = tuple(_band(title, tops, span, width) for (title, _), span in zip(drawing.stages, spans, strict=True))
    height = max((band.rect.y + band.rect.height for band in bands), default=HEAD) + MARGIN + _thick(channels.above[-1])
    sources = {name: number for number, name in enumerate(dict.fromkeys(source for source, _ in arrows))}
    lines = tuple(_line(sources, cells, boxes, channels, (tops, lefts), arrow) for arrow in arrows)
    return Picture(drawing.title, width, height, bands, tuple(boxes.values()), lines)


def _cells(drawing: Drawing) -> tuple[dict[str, _Cell], list[tuple[int, int]]]:
    """Return each step's row and column, and for each stage its first row and the one after its last."""
    found: dict[str, _Cell] = {}
    spans, row = [], 0
    for _, nodes in drawing.stages:
        for number, node in enumerate(nodes):
            found[node.name] = _Cell(node, row + number // COLUMNS, number % COLUMNS)
        spans.append((row, row + -(-len(nodes) // COLUMNS)))
        row = spans[-1][1]
    return found, spans


def _tops(channels: _Channels) -> list[float]:
    """Return where the pills of each row begin."""
    found, y = [], float(HEAD)
    for lanes in channels.above[:-1]:
        y += _thick(lanes)
        found.append(y)
        y += PILL_HEIGHT + STEM + BOX_HEIGHT
    return found


def _lefts(channels: _Channels) -> list[float]:
    found, x = [], float(MARGIN + LABEL_WIDTH)
    for lanes in channels.beside:
        x += _thick(lanes)
        found.append(x)
        x += BOX_WIDTH
    return found


def _box(cell: _Cell, x: float, y: float) -> Box:
    pill = Rect(x, y, BOX_WIDTH, PILL_HEIGHT)
    rect = Rect(x, y + PILL_HEIGHT + STEM, BOX_WIDTH, BOX_HEIGHT)
    room = {size: int((BOX_WIDTH - 18) / CELL[size]) for size in (11, 13)}
    title = wrap(cell.node.title, room[13], 2)
    opening, role, due = (cut(each, room[11]) for each in (cell.node.opening, cell.node.role, cell.node.due))
    return Box(cell.node, rect, pill, opening, title, role, due)


def _band(title: str, tops: list[float], span: tuple[int, int], width: float) -> Band:
    first, last = span
    top = tops[first] - MARGIN / 2
    bottom = tops[last - 1] + PILL_HEIGHT + STEM + BOX_HEIGHT + MARGIN / 2
    return Band(Rect(MARGIN / 2, top, width - MARGIN, bottom - top), wrap(title, int((LABEL_WIDTH - 16) / CELL[13]), 4))


def wrap(text: str, width: int, most: int) -> tuple[str, ...]:
    """Return a text in at most so many lines of `width` cells; words stay whole where there are blanks.

    >>> wrap("首课后三方回访", 8, 2), wrap("first call to the parent", 12, 2)
    (('首课后三', '方回访'), ('first call', 'to the…'))
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1 and display_width(rest) > width:
        head = cut(rest, width + 1).removesuffix("…")
        blank = head.rfind(" ")
        is_word = rest[len(head) : len(head) + 1].isascii() and blank > 0
        head = head[:blank] if is_word and rest[len(head) : len(head) + 1] != " " else head
        lines.append(head.rstrip())
        rest = rest[len(head) :].strip()
    if rest:
        tail = cut(rest, width)
        lines.append(tail[: tail.rfind(" ")] + "…" if tail.endswith("…") and " " in tail else tail)
    return tuple(lines)


def _line(
    sources: dict[str, int],
    cells: dict[str, _Cell],
    boxes: dict[str, Box],
    channels: _Channels,
    edges: tuple[list[float], list[float]],
    arrow: tuple[str, str],
) -> Line:
    source, target = arrow
    here, there = cells[source], cells[target]
    rect, pill = boxes[source].rect, boxes[target].pill
    out, into = rect.x + rect.width * 0.35, pill.x + pill.width * 0.65
    foot = rect.y + rect.height
    below = foot + MARGIN + LANE * channels.above[here.row + 1].index(source)
    points = [(out, foot), (out, below)]
    if there.row != here.row + 1:
        left = edges[1][here.column] - MARGIN - LANE * channels.beside[here.column].index(source)
        lane = channels.above[there.row].index(source)
        over = edges[0][there.row] - _thick(channels.above[there.row]) + MARGIN + LANE * lane
        points += [(left, below), (left, over)]
        below = over
    points += [(into, below), (into, pill.y)]
    return Line(sources[source], tuple(points))


def segments(line: Line) -> list[Rect]:
    """Return the straight parts of a line as thin rectangles."""
    found = []
    for (x, y), (u, v) in pairwise(line.points):
        found.append(Rect(min(x, u), min(y, v), max(abs(u - x), 0.1), max(abs(v - y), 0.1)))
    return found
