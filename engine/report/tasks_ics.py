"""The list for calendars: an entry a task, with an alarm. Importing it again updates, never doubles.

Entries are events, not to-dos: the calendars of phones and of the large mail services drop to-dos without a word.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.report.entry import Entry, TaskList
from engine.words import say

if TYPE_CHECKING:
    from icalendar import Alarm, Event

_SHOWN = timedelta(minutes=30)
_ALARM = timedelta(minutes=-30)


def render(tasks: TaskList, language: str) -> bytes:
    """Return the calendar: what is still to come ends at its due moment, what is late fills the day of the list.

    A task that waits for its gate has no due moment, one that is closed needs no reminder: both are left out.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", f"-//dueline//dueline//{language.upper()}")
    calendar.add("version", "2.0")
    for entry in tasks.entries:
        if entry.due_at and entry.state in ("open", "breached"):
            calendar.add_component(_event(entry, entry.due_at, tasks.as_of, language))
    return bytes(calendar.to_ical())


def _event(entry: Entry, due_at: datetime, as_of: datetime, language: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.task_id)
    event.add("dtstamp", as_of.astimezone(UTC))
    title = f"{entry.title} · {entry.case_name or entry.case_id}"
    if entry.state == "breached":
        event.add("summary", f"{say(language, 'state.breached')} · {title}")
        event.add("dtstart", as_of.astimezone(due_at.tzinfo).date())
    else:
        event.add("summary", title)
        event.add("dtstart", (due_at - _SHOWN).astimezone(UTC))
        event.add("dtend", due_at.astimezone(UTC))
    event.add("description", _description(entry, due_at, language))
    event.add("priority", 1 if entry.state == "breached" else 5)
    event.add("categories", [entry.campus, entry.process])
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(entry))
    return event


def _alarm(entry: Entry) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", _ALARM)
    return alarm


def _description(entry: Entry, due_at: datetime, language: str) -> str:
    rows = [
        ("due_at", due_at.strftime("%Y-%m-%d %H:%M")),
        ("assignee", entry.who),
        ("case_id", entry.case_id),
        ("missing", ", ".join(entry.missing)),
        ("source", ", ".join(entry.source)),
    ]
    lines = [f"{say(language, f'column.{key}')}: {value}" for key, value in rows if value]
    return "\n".join([*lines, f"dueline done {entry.task_id}"])
