"""A store and the definitions of its workspace, opened for somebody; the list of what is stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from engine import listing, recording
from engine.calendars.zones import DAY, moment_text
from engine.frames import TASKS
from engine.model import Definitions
from engine.posts import POSTS, hearers, posts
from engine.problems import Refused
from engine.ready import Ready, folder_of, hash_of, moment, ready
from engine.report.entry import Entry, TaskList
from engine.session import Filters, Session
from engine.store.base import StoreProblem
from engine.store.sqlite import SqliteStore
from engine.store.sqlite import open_store as open_file
from engine.words import say

_SHOWN = 5


def open_store(session: Session) -> SqliteStore:
    """Return the store of the session; there has to be one."""
    if not session.db.exists():
        raise Refused(say(session.language, "refuse.no_store", path=session.db))
    return open_file(session.db)


def definitions_of(session: Session) -> Ready:
    """Return the definitions of the workspace, checked, unless the last run followed them; errors are refused."""
    return ready([folder_of(session.workspace)], session.language, _followed(session))


def _followed(session: Session) -> str:
    """Return the hash of the definitions that the last run followed, "" if there is none to be read."""
    if not session.db.exists():
        return ""
    try:
        with open_file(session.db) as store:
            last = store.last_run()
    except StoreProblem:
        return ""
    return last.definitions_hash if last else ""


def moment_for(session: Session, definitions: Definitions, text: str, option: str, campus: str = "") -> int:
    """Return the moment that was written after an option, in the wall time of the campus; nothing means now."""
    return moment(text, listing.zone_of(definitions, campus), option, session.language) if text else session.now


def stored_tasks(session: Session, filters: Filters) -> TaskList:
    """Return the tasks as the last run left them, with titles as far as the files can be read."""
    from engine.load.workspace import load

    loaded = load([folder_of(session.workspace)])
    definitions = loaded.definitions
    with open_store(session) as store:
        if filters.case:
            recording.find_case(store, filters.case, session.language)
        last = store.last_run()
        as_of = last.as_of if last else session.now
        unchanged = last is not None and last.definitions_hash == hash_of(loaded.sources)
        found = list_of(session, definitions, store, store.tasks(), as_of, filters, checked=unchanged)
        if last and not (filters.states and not found.entries):
            return found
        notice = say(session.language, "list.none_such" if last else "list.no_run")
        return replace(found, notices=(*found.notices, notice), is_whole=False)


def list_of(
    session: Session,
    definitions: Definitions,
    store: SqliteStore,
    tasks: pl.DataFrame,
    as_of: int,
    filters: Filters,
    *,
    checked: bool = True,
) -> TaskList:
    """Return the tasks that were asked for as a list; whom cases name is asked of `checked` definitions."""
    book = listing.directory(definitions, store, tasks["case_no"].unique().sort(), session.language)
    staff = posts(definitions, store, as_of)
    rows = listing.select(tasks, filters, book, as_of, staff)
    if checked:
        rows = rows.with_columns(hearer=hearers(definitions, store, rows, as_of))
    entries = listing.entries(rows, book, staff)
    is_of_today = session.now - DAY < as_of <= session.now
    asked_at = "" if is_of_today else typed_moment(definitions, as_of)
    at = datetime.fromtimestamp(as_of, book.zone(filters.campus))
    return TaskList(at, entries, _warnings(session, entries), asked_at=asked_at, options=session.options)


def refuse_unknown(session: Session, definitions: Definitions, store: SqliteStore, filters: Filters) -> None:
    """Refuse to look for a name that nothing has, before anything is worked out or written."""
    if filters == Filters(everything=filters.everything):
        return
    cases = None if filters.campus else pl.Series([], dtype=pl.Int64)
    listing.select(
        TASKS.to_frame(), filters, listing.directory(definitions, store, cases, session.language), 0, POSTS.to_frame()
    )


def typed_moment(definitions: Definitions, at: int) -> str:
    """Return a moment as one would type it after --as-of."""
    return moment_text(at, listing.zone_of(definitions, ""))[:16]


def _warnings(session: Session, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return what must not stay unsaid: tasks whose due moment cannot be worked out."""
    undue = [each.task_id for each in entries if each.waiting_for == "due_unknown"]
    if not undue:
        return ()
    shown = ", ".join([*undue[:_SHOWN], *(["…"] if len(undue) > _SHOWN else [])])
    return (say(session.language, "list.undue", count=len(undue), tasks=shown),)
