"""Duties to one person on one day, or all that are late, are one visit: the list shows them in one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.report.entry import CODE_LENGTH, OPEN, Entry, code_of
from engine.words import say

#: So far from the day of the list a date of another year needs no year; beyond, the year says more than the hour.
_NEAR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of the list: an entry, or several with the same contact, case and day (or all late); the most pressing
    one first.
    """

    entries: tuple[Entry, ...]
    as_of: datetime
    code: str = ""

    @property
    def first(self) -> Entry:
        """The entry that is due first."""
        return self.entries[0]

    @property
    def is_today(self) -> bool:
        """Whether it falls due on the day of the list."""
        return self.first.due_at is not None and _day(self.first.due_at) == _today(self.first.due_at, self.as_of)

    def title(self, language: str) -> str:
        """Return what is to be done; several duties say with whom, and how many they are."""
        if len(self.entries) == 1:
            return self.first.title
        contact = say(language, f"list.contact.{self.first.contact}")
        return say(language, "list.merged", contact=contact, count=len(self.entries))

    def titles(self, language: str) -> str:
        """Return which duties are in the line, "" for one."""
        if len(self.entries) == 1:
            return ""
        return ("、" if language == "zh" else ", ").join(dict.fromkeys(entry.title for entry in self.entries))

    def due_text(self, language: str) -> str:
        """Return the due moment in short, marked ~ when it rests on a year without an official holiday table."""
        due = self.first.due_at
        if due is None:
            return say(language, "due.none")
        mark = "~" if any(entry.provisional for entry in self.entries) else ""
        weekday = say(language, f"weekday.{due.isoweekday()}")
        if due.year != _today(due, self.as_of).year and abs(_day(due) - _today(due, self.as_of)) > _NEAR:
            return f"{due.strftime('%Y-%m-%d')} {weekday}{mark}"
        return f"{due.strftime('%m-%d')} {weekday} {due.strftime('%H:%M')}{mark}"

    def left_text(self, language: str) -> str:
        """Return how far away the due moment is, from the day of the list; of what is not open, its state."""
        due, state = self.first.due_at, self.first.state
        return time_left(due, self.as_of, language) if due and state in OPEN else say(language, f"state.{state}")

    @property
    def reference(self) -> str:
        """What names the line: the code of its first entry, and how many more there are."""
        more = len(self.entries) - 1
        return f"{self.code} +{more}" if more else self.code


def visits(entries: Iterable[Entry], as_of: datetime) -> list[Visit]:
    """Return the lines of one person's block, in the order of their first entries."""
    lines: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        lines.setdefault(_line_of(entry), []).append(entry)
    codes = [code_of(each[0].task_id) for each in lines.values()]
    length = CODE_LENGTH
    while len({code[:length] for code in codes}) < len(codes):
        length += 1
    return [Visit(tuple(each), as_of, code[:length]) for each, code in zip(lines.values(), codes, strict=True)]


def _line_of(entry: Entry) -> tuple[object, ...]:
    if entry.contact and entry.due_at and entry.state in OPEN:
        return entry.contact, entry.case_id, "late" if entry.state == "breached" else _day(entry.due_at)
    return (entry.task_id,)


def time_left(due: datetime, as_of: datetime, language: str) -> str:
    """Return how late it is, or how long there is, in the largest unit that says something.

    >>> time_left(datetime(2026, 3, 9, 12), datetime(2026, 3, 11, 9), "zh")
    '逾期 1 天'
    >>> time_left(datetime(2026, 3, 12, 12), datetime(2026, 3, 11, 9), "en")
    'tomorrow'
    >>> time_left(datetime(2026, 3, 11, 9), datetime(2026, 3, 11, 9), "en")
    'just late'
    """
    seconds = (as_of - due).total_seconds()
    if 0 <= seconds < 60:  # what is not done at its due moment is late
        return say(language, "due.late_now")
    if seconds > 0:
        for unit, length in (("days", 86_400), ("hours", 3_600)):
            if seconds >= length:
                return say(language, f"due.late_{unit}", count=int(seconds // length))
        return say(language, "due.late_minutes", count=int(seconds // 60))
    days = (_day(due) - _today(due, as_of)).days
    named = {0: "due.today", 1: "due.tomorrow"}
    return say(language, named.get(days, "due.days"), count=days)


def _day(moment: datetime) -> date:
    return moment.date()


def _today(moment: datetime, as_of: datetime) -> date:
    """Return the day of the list where `moment` is, whose campus may be in another zone."""
    return as_of.astimezone(moment.tzinfo).date() if moment.tzinfo else as_of.date()
