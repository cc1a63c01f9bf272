"""A task as people read it: titles instead of ids, the campus's wall time instead of seconds."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

OPEN = ("breached", "open")
LIVE = (*OPEN, "waiting")
STATES = (*LIVE, "done", "done_late", "waived", "cancelled")


#: No vowels, so that no code is a word; nothing that looks like something else.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 5
_LONGEST_CODE = 10


def code_of(task_id: str) -> str:
    """Return the code of a task: short to type, the same on every run and machine. Its first five letters will do.

    >>> code_of("one_on_one.first_call/S-1")
    'xmcwxpc3w3'
    """
    number = int.from_bytes(sha256(task_id.encode()).digest()[:8], "big")
    letters = []
    for _ in range(_LONGEST_CODE):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def is_code(text: str) -> bool:
    """Return whether a text may be the code of a task, or the beginning of one."""
    return CODE_LENGTH <= len(text) <= _LONGEST_CODE and set(text) <= set(_LETTERS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One task, ready to be printed. Moments carry the zone of the campus; `due_at` is None while it waits."""

    task_id: str
    case_id: str
    subject: str
    campus: str
    process: str
    step: str
    title: str
    role: str
    state: str
    key: str = ""
    case_name: str = ""
    role_title: str = ""
    assignee: str = ""
    assignee_name: str = ""
    opened_at: datetime | None = None
    start_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    escalated_to: str = ""
    escalated_title: str = ""
    hearer: str = ""  # who has been told: whom the case names, else who alone holds the post
    hearer_name: str = ""
    waiting_for: str = ""
    contact: str = ""
    source: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    late_entry: bool = False
    provisional: bool = False

    @property
    def who(self) -> str:
        """The staff member who owes it, or the role whose queue it stands in."""
        return self.assignee_name or self.assignee or self.role_title or self.role


@dataclass(frozen=True, slots=True)
class TaskList:
    """The tasks of one moment, in the order of the list, and what a reader must know beside them."""

    as_of: datetime
    entries: tuple[Entry, ...]
    notices: tuple[str, ...] = ()  # sentences: warnings, what was written
    is_whole: bool = True  # False: there may be more than what is listed, so an empty list says nothing
    is_stored: bool = True  # no: a look, whose tasks nobody can close
    asked_at: str = ""  # the moment as one types it, where questions about the list must name it
    options: str = ""  # what else they must name: the workspace and the store, where these are not the usual ones


def in_list_order(entries: list[Entry]) -> list[Entry]:
    """Return the entries grouped by who owes them, breached first, then by due moment, waiting ones last."""
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[bool, str, str, int, float, str]:
    rank = LIVE.index(entry.state) if entry.state in LIVE else len(LIVE)
    due = entry.due_at.timestamp() if entry.due_at else float("inf")
    return not (entry.assignee_name or entry.assignee), entry.who, entry.assignee, rank, due, entry.task_id


def counts(entries: tuple[Entry, ...]) -> list[tuple[str, int]]:
    """Return how many entries are in each state, live states first, those with none left out."""
    found = Counter(entry.state for entry in entries)
    return [(state, found[state]) for state in STATES if found[state]]
