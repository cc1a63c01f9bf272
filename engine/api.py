"""The one door to the engine: what the command line, tests and other programs call. Stages are imported when needed."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.problems import Misused, Refused
from engine.session import Filters, Progress, Screen, Session
from engine.words import say

if TYPE_CHECKING:
    from engine.checking import Tested
    from engine.desk import Recorded
    from engine.ready import Ready
    from engine.report.checked import Checked
    from engine.report.entry import TaskList
    from engine.report.grid import Grid

__all__ = ["Filters", "Progress", "Screen", "Session"]

VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Demo:
    """The sample campus: where it is, what importing it said, its list."""

    folder: Path
    report: str
    tasks: "TaskList"


def refusal(error: Exception, language: str = "en") -> str:
    """Return the sentence with which something was refused, or "" for an error that is ours."""
    base, sums = (sys.modules.get(f"engine.{name}") for name in ("store.base", "calendars.table"))
    if sums is not None and isinstance(error, sums.OutOfRange):
        return say(language, "refuse.far", why=error)
    is_told = isinstance(error, Refused) or (base is not None and isinstance(error, base.StoreProblem))
    return str(error) if is_told else ""


def is_misuse(error: Exception) -> bool:
    """Return whether it was the form of what was typed that was refused."""
    return isinstance(error, Misused)


def terminal_width() -> int:
    """Return how many cells a line may fill."""
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def write_file(content: str | bytes, path: Path) -> None:
    """Write a result to a file: wholly, or not at all."""
    from engine.report.files import write

    write(content, path)


# --- definitions


def load_workspace(session: Session) -> "Ready":
    """Return the definitions of the workspace, checked; errors in them are refused."""
    from engine.ready import folder_of, ready

    return ready([folder_of(session.workspace)], session.language)


def check(session: Session, paths: Sequence[Path] = ()) -> "Checked":
    """Return every problem of the files and folders (none: of the workspace)."""
    from engine.checking import check

    return check(session, paths)


def check_text(text: str, path: str) -> "Checked":
    """Return every problem of one file by itself."""
    from engine.ready import checked_text

    return checked_text(text, path)


def report(checked: "Checked", form: str = "text", language: str = "en") -> str:
    """Return the problems as text, json, github, sarif or junit."""
    from engine.report.render import problems

    return problems(checked, form, language, VERSION)


def run_scenarios(session: Session, paths: Sequence[Path] = (), *, coverage: bool = False) -> "Tested":
    """Return what comes of the scenarios in the files and folders (none: of the workspace), and what they reach."""
    from engine.checking import run_scenarios

    return run_scenarios(session, paths, coverage=coverage)


def render_outcomes(tested: "Tested", form: str, language: str) -> str:
    """Return the outcome as text, json or junit; definitions with errors are shown instead."""
    from engine.report.render import outcomes

    return (
        report(tested.checked, form, language) if tested.checked.errors else outcomes(tested.outcomes, form, language)
    )


def show(session: Session, process: str, form: str) -> str:
    """Return a process as a page in plain language, or as a picture (mermaid or svg)."""
    from engine.checking import show_process

    return show_process(session, process, form)


def compare(session: Session, baseline: str, candidate: str, as_of: str = "") -> "Grid":
    """Return the tasks that a change of the definitions adds, drops, moves and gives to others, on the stored cases."""
    from engine.inquiry import compare

    return compare(session, baseline, candidate, as_of)


# --- the work of a day


def import_files(session: Session, files: Sequence[Path], progress: Progress | None = None) -> str:
    """Load cases and events, all or nothing; return the report."""
    from engine.inquiry import import_files

    return import_files(session, files, progress)


def run_day(
    session: Session,
    as_of: str = "",
    filters: Filters | None = None,
    *,
    dry_run: bool = False,
    as_known: bool = False,
    progress: Progress | None = None,
) -> "TaskList":
    """Derive who owes what by when, store what changed (unless it is a dry run or a look back) and return the list."""
    from engine.desk import run_day

    return run_day(session, as_of, filters or Filters(), dry_run=dry_run, as_known=as_known, progress=progress)


def stored_tasks(session: Session, filters: Filters | None = None) -> "TaskList":
    """Return the tasks as the last run left them."""
    from engine.opened import stored_tasks

    return stored_tasks(session, filters or Filters())


def render_tasks(
    tasks: "TaskList", form: str, language: str, screen: Screen | None = None, days: int | None = 7
) -> str | bytes:
    """Return the list as table, json, csv, xlsx, ics or md; `days` is for the table: None lists everything."""
    from engine.report.render import tasks as render

    return render(tasks, form, language, screen or Screen(), days)


def record(
    session: Session, event: str, case_id: str, values: Mapping[str, str], at: str = "", by: str = ""
) -> "Recorded":
    """Append one fact of a case."""
    from engine import desk
    from engine.recording import Typed

    return desk.record(session, case_id, Typed(event, values, at, by))


def done(session: Session, part: str, values: Mapping[str, str], at: str = "", by: str = "") -> "Recorded":
    """Close a task by its closing event; `part` is its id or a part that only it has."""
    from engine import desk
    from engine.recording import Typed

    return desk.done(session, part, Typed("", values, at, by))


def waive(session: Session, part: str, by: str, why: str, at: str = "") -> "Recorded":
    """Say that a task need not be done."""
    from engine import desk

    return desk.waive(session, part, by, why, at)


def void(session: Session, event_id: int, by: str, why: str) -> "Recorded":
    """Say that an event never was."""
    from engine import desk

    return desk.void(session, event_id, by, why)


def render_recorded(recorded: "Recorded", session: Session, screen: Screen | None = None) -> str:
    """Return what was written and what the case owes now, in short."""
    from engine.desk import brief

    return brief(recorded, session.language, screen or Screen())


# --- questions


def explain_task(session: Session, part: str, as_of: str = "") -> str:
    """Return why a task is due: the clauses, the value each had, the deadline as a sum."""
    from engine.inquiry import explain_task

    return explain_task(session, part, as_of)


def explain_step(session: Session, case_id: str, step: str, as_of: str = "") -> str:
    """Return why a step owes something on a case, or why not and the smallest change that would make it."""
    from engine.inquiry import explain_step

    return explain_step(session, case_id, step, as_of)


def decide(
    session: Session, name: str, case_id: str, given: Mapping[str, str], on: str = "", form: str = "text"
) -> str:
    """Return a decision with its trace, or a calculation line by line; as text or json."""
    from engine.inquiry import decide

    return decide(session, name, case_id, given, on, form)


def calculate(
    session: Session, name: str, case_id: str, given: Mapping[str, str], days: Sequence[str] = ("",), form: str = "text"
) -> str:
    """Return a calculation line by line, one column a day."""
    from engine.inquiry import calculate

    return calculate(session, name, case_id, given, days, form)


def report_on(session: Session, which: str, first: str = "", last: str = "", campus: str = "") -> "Grid":
    """Return the report "sla", "kpi", "audit" or "coverage" over the days from `first` to `last`."""
    if which == "coverage":
        tested = run_scenarios(session, coverage=True)
        if tested.coverage is None:
            raise Refused(report(tested.checked, language=session.language).rstrip())
        return tested.coverage
    from engine.inquiry import report_on

    return report_on(session, which, first, last, campus)


def forecast(session: Session, days: int, as_of: str = "") -> "Grid":
    """Return the work to come by role and day, against capacity."""
    from engine.inquiry import forecast

    return forecast(session, days, as_of)


def render_grid(grid: "Grid", form: str, language: str, screen: Screen | None = None) -> str | bytes:
    """Return the figures as table, json, csv, xlsx or md."""
    from engine.report.render import grid as render

    return render(grid, form, language, screen or Screen())


# --- the sample campus


def make_demo(
    session: Session,
    folder: Path,
    *,
    students: int = 300,
    classes: int = 25,
    seed: int = 1,
    as_of: str = "",
    progress: Progress | None = None,
) -> Demo:
    """Make the sample campus, load it through the front door, and run its day."""
    from engine.sample import make_demo

    report, tasks = make_demo(session, folder, students, classes, seed, as_of, progress)
    return Demo(folder, report, tasks)


def render_demo_hints(demo: Demo, language: str) -> str:
    """Return what to try next, each line a command that works."""
    from engine.sample import hints

    return "\n".join([say(language, "demo.next"), *hints(demo.folder, demo.tasks, language)]) + "\n"
