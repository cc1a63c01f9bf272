"""The list on a terminal: a block a person, what is late first, what belongs to one visit in one line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from engine.report.entry import OPEN, Entry, TaskList, counts
from engine.report.visits import Visit, visits
from engine.text import cut, display_width, pad, wrap
from engine.words import say

_RED, _YELLOW, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
_GAP = "  "
_DUE, _LEFT, _TITLE, _WHO, _TASK = range(5)
#: No column grows past this many cells, as long as others want the room.
_WIDEST = (18, 14, 60, 24, 14)
#: A title that is cut shorter cannot be read: before that the notes go to lines of their own, and may fill so much.
_READABLE = 36
_NOTE = 24
#: Which column gives way first where the screen is narrow, and down to how many cells; 0: it is left out.
_GIVE_WAY = ((_TITLE, _READABLE), (_WHO, 14), (_TITLE, 18), (_LEFT, 0), (_WHO, 8), (_TITLE, 8))
#: What follows below a line stands under its title, where that leaves so many cells.
_BELOW = 40


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
    widths = _widths([visit for _, block in blocks for visit in block], look)
    lines = [_paint(say(language, "list.title", as_of=tasks.as_of.strftime("%Y-%m-%d %H:%M")), _BOLD, look), ""]
    for group, block in blocks:
        lines.append(_paint(cut(_heading(group, language), look.width), _BOLD, look))
        lines += [line for visit in block for line in _lines(visit, widths, look)]
        lines.append("")
    return "\n".join([*lines, *_footer(tasks, listed, look)]) + "\n"


def rows(tasks: TaskList, look: Look) -> list[str]:
    """Return the lines alone, without headings and totals."""
    found = visits(tasks.entries, tasks.as_of)
    widths = _widths(found, look)
    return [line for visit in found for line in _lines(visit, widths, look)]


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


def _cells(visit: Visit, language: str) -> tuple[str, ...]:
    entry = visit.first
    case = entry.case_name or entry.case_id
    titles = visit.titles(language)
    title = visit.title(language)
    return (
        "-" if entry.state == "waiting" else visit.due_text(language),
        visit.left_text(language),
        say(language, "list.merged_line", head=title, titles=titles) if titles else title,
        case if case == entry.case_id else f"{case} {entry.case_id}",
        visit.reference,
    )


def _waits_for(entry: Entry, language: str) -> str:
    gate = entry.waiting_for
    if entry.state != "waiting":
        return ""
    if gate in ("paused", "due_unknown"):
        return say(language, f"list.{gate}")
    return say(language, "list.waiting", gate=gate)


def _note(entry: Entry, language: str) -> str:
    """Return who has been told: a person by name, else the role; nothing where that is who owes it."""
    if not entry.escalated_to or entry.escalated_to == entry.role or (entry.hearer and entry.hearer == entry.assignee):
        return ""
    to = entry.hearer_name or entry.escalated_title or entry.escalated_to
    return say(language, "list.escalated", to=to)


def _widths(lines: Sequence[Visit], look: Look) -> list[int]:
    """Return the cells of each column so that a line fits the screen, with room for the notes beside it if titles and
    names keep theirs and each line still says how late it is.
    """
    found, notes, gates = [0] * 5, 0, 0
    for visit in lines:
        cells = list(map(display_width, _cells(visit, look.language)))
        cells[_TITLE] = min(cells[_TITLE], _WIDEST[_TITLE]) if len(visit.entries) > 1 else cells[_TITLE]
        found = [max(pair) for pair in zip(found, cells, strict=True)]
        notes = max(notes, display_width(_note(visit.first, look.language)))
        gates = max(gates, display_width(_waits_for(visit.first, look.language)))
    whole = max(notes, gates)
    for reserve, least in ((whole, _WIDEST[_TITLE]), (whole, _READABLE), (min(notes, _NOTE), _READABLE)):
        widths = _fitting(found, look.width - (reserve + len(_GAP) if reserve else 0))
        whole_name = widths[_WHO] >= min(found[_WHO], _WIDEST[_WHO])
        if widths[_TITLE] >= min(found[_TITLE], least) and widths[_LEFT] and whole_name:
            return widths
    return _fitting(found, look.width)


def _fitting(found: Sequence[int], width: int) -> list[int]:
    widths = [min(have, most) for have, most in zip(found, _WIDEST, strict=True)]
    for column, least in _GIVE_WAY:
        over = sum(widths) + len(_GAP) * sum(each > 0 for each in widths) - width
        if over > 0:
            widths[column] = max(min(widths[column], least), widths[column] - over) if least else 0
    room = width - sum(widths) - len(_GAP) * sum(each > 0 for each in widths)
    widths[_TITLE] = min(widths[_TITLE] + max(room, 0), max(found[_TITLE], 1))
    return widths


def _lines(visit: Visit, widths: list[int], look: Look) -> Iterator[str]:
    """Yield the line of a visit; what it has no room for follows below: duties, who was told, what it waits for."""
    language, entry = look.language, visit.first
    cells, below = list(_cells(visit, language)), []
    if visit.titles(language) and display_width(cells[_TITLE]) > widths[_TITLE]:
        cells[_TITLE] = visit.title(language)
        below.append(visit.titles(language))
    if (rest := cells[_TITLE].removeprefix(wrap(cells[_TITLE], widths[_TITLE])[0])) and cells[_TITLE]:
        cells[_TITLE] = cells[_TITLE].removesuffix(rest)
        below.insert(0, rest.strip())
    shown = [pad(cut(cell, width), width) for cell, width in zip(cells, widths, strict=True) if width]
    text = _GAP + _GAP.join(shown)
    for note in filter(None, (_note(entry, language), _waits_for(entry, language))):
        if not below and display_width(text + _GAP + note) <= look.width:
            text += _GAP + note
        else:
            below.append(note)
    colour = _RED if entry.state == "breached" else _YELLOW if visit.is_today else ""
    colour = _DIM if entry.state == "waiting" else colour
    yield _paint(cut(text.rstrip(), look.width), colour, look)
    indent = sum(each + len(_GAP) for each in widths[:_TITLE] if each) + len(_GAP)
    indent = indent if look.width - indent >= _BELOW else 2 * len(_GAP)
    for each in below:
        yield from (_paint(" " * indent + line, colour, look) for line in wrap(each, look.width - indent))


def _paint(text: str, colour: str, look: Look) -> str:
    return f"{colour}{text}{_PLAIN}" if look.colour and colour else text


def _footer(tasks: TaskList, listed: list[Entry], look: Look) -> Iterator[str]:
    language = look.language
    if tasks.entries:
        yield _totals(tasks, listed, look)
    elif tasks.is_whole:
        yield say(language, "list.none")
    years = Counter(entry.due_at.year for entry in tasks.entries if entry.provisional and entry.due_at)
    if years:
        named = ", ".join(str(year) for year in sorted(years))
        yield say(language, "list.provisional", years=named, count=years.total())
    yield from tasks.notices
    live = [entry for entry in listed if entry.state in OPEN]
    if live:
        at = f' --as-of "{tasks.asked_at}"' if tasks.asked_at else ""
        key = "list.next" if tasks.is_stored else "list.next_look"
        yield say(language, key, task=visits(live[:1], tasks.as_of)[0].code, at=at, options=tasks.options)


def _totals(tasks: TaskList, listed: list[Entry], look: Look) -> str:
    """Return one line: how many are listed, how many in each state, and how many fall due later."""
    language, total, shown = look.language, len(tasks.entries), len(listed)
    parts = [
        say(language, "list.count", state=say(language, f"state.{state}"), count=count)
        for state, count in counts(tuple(listed))
    ]
    told = ", ".join(parts)
    if shown == total:
        return say(language, "list.counts", total=total, counts=told)
    return say(
        language, "list.counts_shown", shown=shown, total=total, counts=told, later=total - shown, days=look.days
    )
