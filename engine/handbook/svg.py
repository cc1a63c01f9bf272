"""A process as a picture: svg drawn by ourselves, the same bytes for the same definitions."""

from collections.abc import Iterator
from html import escape
from typing import Final

from engine.handbook.layout import Band, Box, Line, Picture, picture
from engine.handbook.links import drawing
from engine.model import Definitions

_INKS: Final = ("#2563eb", "#c2410c", "#047857", "#7c3aed", "#b45309", "#0e7490", "#be185d", "#4d7c0f", "#475569")
_STYLE: Final = """\
text { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; fill: #1f2937 }
.band { fill: #f3f4f6 } .stage { font-size: 13px; font-weight: 600 } .name { font-size: 18px; font-weight: 600 }
.box { fill: #ffffff; stroke: #6b7280 } .title { font-size: 13px; font-weight: 600 } .small { font-size: 11px }
.pill { fill: #fef3c7; stroke: #d6b656 } .way { fill: none; stroke-width: 1.3 } .stem { stroke: #6b7280 }"""


def svg(definitions: Definitions, name: str, language: str) -> str:
    """Return a process as an svg picture."""
    return "\n".join(_svg(picture(drawing(definitions, name, language)))) + "\n"


def _svg(one: Picture) -> Iterator[str]:
    size = f'width="{one.width:g}" height="{one.height:g}" viewBox="0 0 {one.width:g} {one.height:g}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    yield f"<title>{escape(one.title)}</title>"
    yield f"<style>\n{_STYLE}\n</style>"
    yield "<defs>"
    yield from (_arrowhead(number, ink) for number, ink in enumerate(_INKS))
    yield "</defs>"
    yield f'<rect width="{one.width:g}" height="{one.height:g}" fill="#ffffff"/>'
    yield f'<text class="name" x="14" y="34">{escape(one.title)}</text>'
    for band in one.bands:
        yield from _band(band)
    yield from (_line(line) for line in one.lines)
    for box in one.boxes:
        yield from _box(box)
    yield "</svg>"


def _arrowhead(number: int, ink: str) -> str:
    path = f'<path d="M0 0 L8 4 L0 8 z" fill="{ink}"/>'
    box = 'viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"'
    return f'<marker id="a{number}" {box}>{path}</marker>'


def _band(band: Band) -> Iterator[str]:
    rect = band.rect
    yield f'<rect class="band" x="{rect.x:g}" y="{rect.y:g}" width="{rect.width:g}" height="{rect.height:g}" rx="6"/>'
    for number, text in enumerate(band.title):
        yield f'<text class="stage" x="{rect.x + 10:g}" y="{rect.y + 26 + 18 * number:g}">{escape(text)}</text>'


def _line(line: Line) -> str:
    number = line.source % len(_INKS)
    points = " ".join(f"{x:g},{y:g}" for x, y in line.points)
    return f'<polyline class="way" stroke="{_INKS[number]}" points="{points}" marker-end="url(#a{number})"/>'


def _box(box: Box) -> Iterator[str]:
    rect, pill = box.rect, box.pill
    middle = rect.x + rect.width / 2
    yield f"<g><title>{escape(box.node.help)}</title>"
    yield f'<rect class="pill" x="{pill.x:g}" y="{pill.y:g}" width="{pill.width:g}" height="{pill.height:g}" rx="11"/>'
    yield f'<text class="small" x="{pill.x + 9:g}" y="{pill.y + 15:g}">{escape(box.opening)}</text>'
    yield f'<line class="stem" x1="{middle:g}" y1="{pill.y + pill.height:g}" x2="{middle:g}" y2="{rect.y:g}"/>'
    yield f'<rect class="box" x="{rect.x:g}" y="{rect.y:g}" width="{rect.width:g}" height="{rect.height:g}" rx="4"/>'
    for number, text in enumerate(box.title):
        yield f'<text class="title" x="{rect.x + 9:g}" y="{rect.y + 20 + 18 * number:g}">{escape(text)}</text>'
    for text, up in ((box.role, 25), (box.due, 9)):
        yield f'<text class="small" x="{rect.x + 9:g}" y="{rect.y + rect.height - up:g}">{escape(text)}</text>'
    yield "</g>"
