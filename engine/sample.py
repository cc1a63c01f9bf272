"""The sample campus, made and brought in like a real one: its files are imported, its day is run."""

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from engine import desk, inquiry, opened
from engine.calendars.zones import moment_text
from engine.listing import zone_of
from engine.problems import Refused
from engine.report.entry import TaskList
from engine.session import Filters, Progress, Session
from engine.words import say

#: The note in a store that says that it may be thrown away.
_MARK: Final = "demo"


def make_demo(
    session: Session, folder: Path, students: int, classes: int, seed: int, as_of: str, progress: Progress | None
) -> tuple[str, TaskList]:
    """Write the files of the sample campus, import them and run the day; a demo that is there is made anew."""
    from engine.demo import generate

    place = replace(session, workspace=folder, db=folder / session.db.name)
    _make_room(place)
    found = opened.definitions_of(place)
    at = opened.moment_for(place, found.definitions, as_of, "--as-of")
    until = date.fromisoformat(moment_text(min(at, session.now), zone_of(found.definitions, ""))[:10])
    files = generate(
        folder, students=students, classes=classes, seed=seed, until=until, now=session.now, progress=progress
    )
    report = inquiry.import_files(place, files, progress)
    with opened.open_store(place) as store:
        store.set_meta(_MARK, str(seed))
    made = say(session.language, "demo.made", folder=folder, files=len(files))
    tasks = desk.run_day(place, as_of, Filters(), dry_run=False, as_known=False, progress=progress)
    return f"{made}\n{report}", tasks


def _make_room(session: Session) -> None:
    """Take away the store of an earlier demo; a store of anything else stays, and no demo is made over it."""
    session.workspace.mkdir(parents=True, exist_ok=True)
    if not session.db.exists():
        return
    with opened.open_store(session) as store:
        is_demo = store.meta(_MARK) is not None
    if not is_demo:
        raise Refused(say(session.language, "demo.refused", path=session.db))
    for each in session.workspace.glob(f"{session.db.name}*"):
        shutil.rmtree(each) if each.is_dir() else each.unlink()


def hints(folder: Path, tasks: TaskList, language: str) -> Iterator[str]:
    """Yield what to try next: what it shows, and the command."""
    at = f"--workspace {shlex.quote(str(folder))}"
    late = [entry for entry in tasks.entries if entry.state == "breached"] or list(tasks.entries)
    if late:
        yield _hint(
            "demo.list", f"dueline tasks {at} --who {shlex.quote(late[0].assignee_name or late[0].assignee)}", language
        )
        moment = f" --as-of {shlex.quote(tasks.asked_at)}" if tasks.asked_at else ""
        yield _hint("demo.explain", f"dueline explain {at} {shlex.quote(late[0].task_id)}{moment}", language)
    yield _hint("demo.xlsx", f"dueline daily {at} --format xlsx -o {shlex.quote(str(folder / 'today.xlsx'))}", language)
    yield _hint("demo.report", f"dueline report sla {at}", language)
    yield _hint("demo.check", "dueline check", language)


def _hint(key: str, command: str, language: str) -> str:
    return f"  {command}\n      {say(language, key)}"
