"""The list on a terminal: a block a person, what is late first, what belongs to one visit in one line."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from engine.report.entry import OPEN, Entry, TaskList, counts
from engine.report.visits import Visit, visits
from engine.text import cut, display_width, pad
from engine.words import say

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_GAP = "  "
#: No column grows past this many cells.
_WIDEST = (18, 14, 60, 24, 14, 30)
_NARROW = 80
_DUE, _LEFT, _TITLE, _WHO, _TASK, _NOTE = range(6)
#: Which column gives way first where the screen is narrow, and down to how many cells; 0: it is left out.
_GIVE_WAY = (
    (_TITLE, 36),
    (_NOTE, 14),
    (_TITLE, 26),
    (_WHO, 14),
    (_NOTE, 0),
    (_TITLE, 18),
    (_LEFT, 0),
    (_WHO, 8),
    (_TITLE, 8),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How the reader's screen is: its width in cells, whether it shows colours, the language, days looked ahead."""

    language: str
    width: int = 100
    colour: bool = False
    days: int | None = 7  # None: everything is listed


def render(tasks: TaskList, look: Look) -> str:
    """Return the list, its totals, the notices and what to type next."""
    language = look.language
    listed = [entry for entry in tasks.entries if _is_near(entry, tasks, look)]
    blocks = [(group, visits(group, tasks.as_of)) for _, each in groupby(listed, _holder) if (group := list(each))]
    rows = {id(visit): _cells(visit, look) for _, block in blocks for visit in block}
    widths = _widths(rows.values(), look.width)
    lines = [_paint(say(language, "list.title", as_of=tasks.as_of.strftime("%Y-%m-%d %H:%M")), _BOLD, look), ""]
    for group, block in blocks:
        lines.append(_paint(cut(_heading(group, language), look.width), _BOLD, look))
        lines += [_line(rows[id(visit)], widths, visit, look) for visit in block]
        lines.append("")
    return "\n".join([*lines, *_footer(tasks, listed, look)]) + "\n"


def rows(tasks: TaskList, look: Look) -> list[str]:
    """Return the lines alone, without headings and totals."""
    lines = visits(tasks.entries, tasks.as_of)
    cells = [_cells(visit, look) for visit in lines]
    widths = _widths(cells, look.width)
    return [_line(row, widths, visit, look) for row, visit in zip(cells, lines, strict=True)]


def _holder(entry: Entry) -> tuple[str, str]:
    return entry.assignee, entry.who


def _is_near(entry: Entry, tasks: TaskList, look: Look) -> bool:
    if look.days is None or entry.due_at is None or entry.state != "open":
        return True
    return entry.due_at <= tasks.as_of + timedelta(days=look.days)


def _heading(group: list[Entry], language: str) -> str:
    first = group[0]
    nobody = say(language, "list.unassigned")
    name = first.who if first.assignee or first.assignee_name else f"{first.role_title or first.role} ({nobody})"
    late = sum(entry.state == "breached" for entry in group)
    return say(language, "list.group_late" if late else "list.group", name=name, count=len(group), late=late)


def _cells(visit: Visit, look: Look) -> tuple[str, ...]:
    entry, language = visit.first, look.language
    case = entry.case_name or entry.case_id
    return (
        _waits_for(entry, language) if entry.state == "waiting" else visit.due_text(language),
        visit.left_text(language),
        visit.title(language),
        case if case == entry.case_id else f"{case} {entry.case_id}",
        visit.reference,
        _note(entry, language),
    )


def _waits_for(entry: Entry, language: str) -> str:
    gate = entry.waiting_for
    if gate in ("paused", "due_unknown"):
        return say(language, f"list.{gate}")
    return say(language, "list.waiting", gate=gate)


def _note(entry: Entry, language: str) -> str:
    if entry.escalated_to:
        return say(language, "list.escalated", to=entry.escalated_title or entry.escalated_to)
    return ""


def _widths(rows: Iterable[tuple[str, ...]], width: int) -> list[int]:
    """Return the cells of each column so that a line fits `width`; the title gives way first, then the note."""
    found = [0] * 6
    for row in rows:
        found = [max(have, display_width(cell)) for have, cell in zip(found, row, strict=True)]
    widths = [min(have, most) for have, most in zip(found, _WIDEST, strict=True)]
    if width < _NARROW:
        widths[_NOTE] = 0
    for column, least in _GIVE_WAY:
        over = sum(widths) + len(_GAP) * sum(each > 0 for each in widths) - width
        if over > 0:
            widths[column] = max(min(widths[column], least), widths[column] - over) if least else 0
    room = width - sum(widths) - len(_GAP) * sum(each > 0 for each in widths)
    widths[_TITLE] = min(widths[_TITLE] + max(room, 0), max(found[_TITLE], 1))
    return widths


def _line(cells: tuple[str, ...], widths: list[int], visit: Visit, look: Look) -> str:
    shown = [pad(cut(cell, width), width) for cell, width in zip(cells, widths, strict=True) if width]
    text = cut((_GAP + _GAP.join(shown)).rstrip(), look.width)
    colour = _RED if visit.first.state == "breached" else _YELLOW if visit.is_today else ""
    colour = _DIM if visit.first.state == "waiting" else colour
    return _paint(text, colour, look)


def _paint(text: str, colour: str, look: Look) -> str:
    return f"{colour}{text}{_PLAIN}" if look.colour and colour else text


def _footer(tasks: TaskList, listed: list[Entry], look: Look) -> Iterator[str]:
    language = look.language
    if tasks.entries:
        yield totals(tasks.entries, language)
    elif tasks.is_whole:
        yield say(language, "list.none")
    if len(listed) < len(tasks.entries):
        yield say(language, "list.later", count=len(tasks.entries) - len(listed), days=look.days)
    years = Counter(entry.due_at.year for entry in tasks.entries if entry.provisional and entry.due_at)
    if years:
        named = ", ".join(str(year) for year in sorted(years))
        yield say(language, "list.provisional", years=named, count=years.total())
    yield from tasks.notices
    live = [entry for entry in listed if entry.state in OPEN]
    if live:
        at = f' --as-of "{tasks.asked_at}"' if tasks.asked_at else ""
        key = "list.next" if tasks.is_stored else "list.next_look"
        yield say(language, key, task=visits(live[:1], tasks.as_of)[0].code, at=at)


def totals(entries: tuple[Entry, ...], language: str) -> str:
    """Return one line: how many, and how many in each state."""
    parts = [
        say(language, "list.count", state=say(language, f"state.{state}"), count=count)
        for state, count in counts(entries)
    ]
    return say(language, "list.counts", total=len(entries), counts=", ".join(parts))
