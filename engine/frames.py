"""The frames that pass between stages. Every moment is Int64: seconds since the epoch, UTC; null unknown."""

from typing import Final, Protocol

import polars as pl

MOMENT: Final = pl.Int64
MONEY: Final = pl.Decimal(18, 2)

#: Python's and polars' side of each field type of the language.
FIELD_DTYPES: Final[dict[str, pl.DataType]] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "yes_no": pl.Boolean(),
    "choice": pl.String(),
    "choices": pl.List(pl.String()),
    "moment": pl.Int64(),
    "date": pl.Date(),
    "money": pl.Decimal(18, 2),
    "duration": pl.String(),
    "reference": pl.String(),
}

#: One row a case of the store or chunk. `case_no` is the store's own number, ascending; `created_at` a moment.
CASES: Final = pl.Schema(
    {
        "case_no": pl.Int64(),
        "case_id": pl.String(),
        "subject": pl.String(),
        "campus": pl.String(),
        "created_at": pl.Int64(),
    }
)

#: Leading columns of a frame of events of one type, sorted by (case_no, at, event_id); the event's fields follow.
EVENTS: Final = pl.Schema({"case_no": pl.Int64(), "at": pl.Int64(), "recorded_at": pl.Int64(), "event_id": pl.Int64()})

STATES: Final = ("waiting", "open", "breached", "done", "done_late", "waived", "cancelled")

#: One row a task. `key` is "" for a step that comes once a case.
TASKS: Final = pl.Schema(
    {
        "task_id": pl.String(),  # process.step/case_id[/key]: the same over runs and machines
        "case_no": pl.Int64(),
        "case_id": pl.String(),
        "subject": pl.String(),
        "campus": pl.String(),
        "process": pl.String(),
        "step": pl.String(),
        "key": pl.String(),
        "role": pl.String(),
        "assignee": pl.String(),  # a case_id, of staff or the case itself; null: the role's queue
        "opened_at": pl.Int64(),
        "start_at": pl.Int64(),  # when the clock started; null while a gate is closed
        "due_at": pl.Int64(),  # null while waiting
        "visible_at": pl.Int64(),  # when it enters the daily list
        "closed_at": pl.Int64(),
        "closed_by": pl.Int64(),  # event_id
        "cancelled_at": pl.Int64(),
        "cancelled_why": pl.String(),  # until:EVENT, ended:EVENT, replaced, waived:EVENT_ID
        "state": pl.String(),
        "waiting_for": pl.String(),  # the gate's text while waiting, "paused" or "due_unknown"
        "escalated_to": pl.String(),
        "late_entry": pl.Boolean(),  # closed in time, recorded after due
        "provisional": pl.Boolean(),  # due rests on a year without an official holiday table
        "missing": pl.List(pl.String()),  # fields of the closing event still owed
        "opening_event": pl.Int64(),  # event_id, or null
    }
)


class Log(Protocol):
    """What happened to some cases, as of a moment: events that were voided are not there."""

    def cases(self) -> pl.DataFrame:
        """Return the cases: `CASES` and `fields`, their first facts as JSON text."""
        ...

    @property
    def types_present(self) -> frozenset[str]:
        """Return the types of the events that the log holds, voided ones included."""
        ...

    def events(self, type: str) -> pl.DataFrame:  # noqa: A002, the column is called so
        """Return the events of one type: `EVENTS`, then its form's fields, sorted by case, moment and event."""
        ...

    def fields(self, name: str, subject: str | None = None) -> pl.DataFrame:
        """Return the history of a fact of the cases, from their first facts and `set` events: case_no, at, value."""
        ...

    def waives(self) -> pl.DataFrame:
        """Return the waivers: `EVENTS`, then step, key, by and why."""
        ...
