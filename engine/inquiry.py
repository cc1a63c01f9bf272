"""Questions about cases: why, decisions, figures, what a change of the rules would do; and how cases come in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from engine import daily, listing, recording
from engine.calendars.zones import DAY, moment_of, moment_text
from engine.desk import job_of
from engine.model import Calculation, DecisionTable, Definitions
from engine.opened import definitions_of, moment_for, open_store
from engine.problems import Refused
from engine.ready import Ready, moment
from engine.report.entry import LIVE
from engine.report.grid import Grid
from engine.session import Progress, Session
from engine.store.base import NewEvent
from engine.store.log import TypedLog
from engine.store.sqlite import SqliteStore
from engine.words import say

if TYPE_CHECKING:
    from engine.importing.faults import ImportReport

#: The columns by which a task is found.
_NAMING: Final = ("task_id", "case_id", "process", "step", "key", "state")


def import_files(session: Session, files: Sequence[Path], progress: Progress | None) -> str:
    """Load cases and events, all or nothing; return the report."""
    from engine.importing.batch import import_files
    from engine.store.sqlite import open_store as open_file

    definitions = definitions_of(session).definitions
    is_new = not session.db.exists()
    with open_file(session.db, create=True) as store:
        zones = partial(listing.zone_of, definitions)
        report = import_files(store, definitions, files, session.now, zones, progress)
    if report.problems:
        if is_new:
            session.db.unlink()
        raise Refused("\n".join(_refused(report, session.language)))
    counts = {"cases": report.cases_added, "changed": report.cases_changed, "events": report.events_added}
    lines = [say(session.language, "import.done", **counts)]
    if report.duplicates:
        lines.append(say(session.language, "import.duplicates", count=report.duplicates))
    return "\n".join([*lines, *(note.text(session.language) for note in report.notes)]) + "\n"


def _refused(report: "ImportReport", language: str) -> Iterator[str]:
    yield from (problem.text(language) for problem in report.problems)
    if report.more_problems:
        yield say(language, "refuse.more", count=report.more_problems)
    yield say(language, "import.refused", count=len(report.problems) + report.more_problems)


def explain_task(session: Session, part: str, as_of: str) -> str:
    """Return why a task is due: the clauses, the value each had, the deadline as a sum."""
    ready = definitions_of(session)
    with open_store(session) as store:
        case_id, name, key = _task(session, ready, store, part, as_of)
        return _explained(session, ready, store, case_id, name, key, as_of)


def _task(session: Session, ready: Ready, store: SqliteStore, part: str, as_of: str) -> tuple[str, str, str]:
    """Return the case, "process.step" and key of a task; one that the list never showed is named by its whole id."""
    tasks = store.tasks()
    step, _, rest = part.partition("/")
    case_id, _, key = rest.partition("/")
    is_shown = bool((tasks["task_id"] == part).any())
    if step in ready.plan.names and case_id and not is_shown and store.case_numbers([case_id]):
        return case_id, step, key
    if as_of and not is_shown:
        looked = _looked(session, ready, store, part, as_of)
        tasks = pl.concat([each.select(pl.col(_NAMING).cast(pl.String)) for each in (looked, tasks)])
        tasks = tasks.unique("task_id", keep="first", maintain_order=True)
    task = recording.find_task(tasks, part, session.language)
    return str(task["case_id"]), f"{task['process']}.{task['step']}", str(task["key"] or "")


def _looked(session: Session, ready: Ready, store: SqliteStore, part: str, as_of: str) -> pl.DataFrame:
    """Return the tasks of a moment whose list was only looked at: of the case that a part names, else of all."""
    numbers = list(store.case_numbers(part.split("/")).values())
    job = job_of(session, ready, as_of)
    return daily.derive(store, job, case_nos=pl.Series(numbers, dtype=pl.Int64) if numbers else None)


def explain_step(session: Session, case_id: str, step: str, as_of: str) -> str:
    """Return why a step owes something on a case, or why not and the smallest change that would make it."""
    ready = definitions_of(session)
    with open_store(session) as store:
        return _explained(session, ready, store, case_id, _full_name(ready, step, session.language), None, as_of)


def _full_name(ready: Ready, step: str, language: str) -> str:
    """Return "process.step" for a step named with or without its process."""
    found = [name for name in ready.plan.names if name == step or name.endswith(f".{step}")]
    if not found:
        known = {part for name in ready.plan.names for part in (name, name.partition(".")[2])}
        raise Refused(recording.unknown("step", step, known, language))
    return found[0]


def _explained(
    session: Session, ready: Ready, store: SqliteStore, case_id: str, name: str, key: str | None, as_of: str
) -> str:
    from engine import explain, telling
    from engine.posts import posts

    case = recording.find_case(store, case_id, session.language)
    job = job_of(session, ready, as_of)
    number = pl.Series([case["case_no"]], dtype=pl.Int64)
    log = store.log(ready.definitions, number, job.as_of)
    staff = posts(ready.definitions, store, job.as_of)
    one = explain.Case(ready.plan, log.cases(), log, job.as_of, staff)
    book = listing.directory(ready.definitions, store, number, session.language)
    live = one.tasks_of(name).filter(pl.col("state").is_in(LIVE)).sort("due_at", nulls_last=True, maintain_order=True)
    others = live["task_id"].to_list()[1:] if key is None else []
    if key is None:
        key = str(live["key"][0] or "") if len(live) else None
    found = explain.explain_task(one, name, key) if key is not None else None
    if not found and len(live):
        found = explain.explain_task(one, name, _only_key(live, f"{name}/{case_id}", key or "", session.language))
    if found:
        told = telling.why(found, book, _events_of(store, found.task))
        also = "".join(f"\n  {each}" for each in others)
        return told + (f"\n{say(session.language, 'explain.others', tasks=also)}\n" if others else "")
    return telling.why_none(explain.why_not(one, name), case_id, book, recording.zone_of_case(ready.definitions, case))


def _only_key(live: pl.DataFrame, named: str, key: str, language: str) -> str:
    """Return the key of the one live task of a step and case that were named without it; several are listed."""
    if len(live) == 1 and not key:
        return str(live["key"][0] or "")
    if not key:
        raise Refused(recording.candidates(named, live["task_id"].to_list(), language))
    known = [f"  {each}" for each in live["task_id"]]
    part, case_id = f"{named}/{key}", live["case_id"][0]
    raise Refused("\n".join([say(language, "refuse.task_others", part=part, case=case_id), *known]))


def _events_of(store: SqliteStore, task: Mapping[str, object]) -> dict[int, NewEvent]:
    """Return the events that opened, closed and waived a task."""
    kind, _, waiver = str(task["cancelled_why"] or "").partition(":")
    numbers = [task["opening_event"], task["closed_by"], int(waiver) if kind == "waived" else None]
    found = {number: store.event(number) for number in numbers if isinstance(number, int)}
    return {number: event for number, event in found.items() if event is not None}


def decide(session: Session, name: str, case_id: str, given: Mapping[str, str], on: str, form: str) -> str:
    """Return a decision with its trace, or a calculation line by line: of a case, or of values given."""
    from engine.decide import decide
    from engine.telling import decision, decision_json

    ready = definitions_of(session)
    definitions = ready.definitions
    if name in definitions.calculations and name not in definitions.tables:
        return calculate(session, name, case_id, given, [on], form)
    if name not in definitions.tables:
        raise Refused(
            recording.unknown("decision", name, {*definitions.tables, *definitions.calculations}, session.language)
        )
    if not case_id:
        at, book = _without_case(session, definitions, on)
        found, zone = decide(definitions, name, given, at), listing.zone_of(definitions, "")
    else:
        with open_store(session) as store:
            (at,) = _moments(session, ready, store, case_id, [on])
            _of_its_subject(session, definitions, definitions.tables[name], store, case_id)
            case, log = _case_and_log(session, ready, store, case_id, at)
            book = listing.directory(definitions, store, case["case_no"], session.language)
            zone = listing.zone_of(definitions, str(case["campus"][0] or ""))
            found = decide(definitions, name, given, at, case, log)
    if form == "json":
        return decision_json(found, moment_text(at, zone), zone)
    return decision(found, book, zone)


def _without_case(session: Session, definitions: Definitions, on: str) -> tuple[int, listing.Directory]:
    """Return the moment that was asked about, and a directory of nobody."""
    book = listing.Directory(definitions, {}, frozenset(), session.language)
    return moment_for(session, definitions, on, "--on"), book


def _of_its_subject(
    session: Session, definitions: Definitions, found: DecisionTable | Calculation, store: SqliteStore, case_id: str
) -> None:
    """Refuse a case of another subject than the table or calculation has, for it has none of the facts asked for."""
    wanted = str(found.subject or "")
    subject = str(recording.find_case(store, case_id, session.language)["subject"])
    if wanted in definitions.subjects and subject != wanted:
        titles = [definitions.subjects[each].title.text(session.language) or each for each in (wanted, subject)]
        values = dict(zip(("wanted", "subject"), titles, strict=True))
        raise Refused(say(session.language, "refuse.other_subject", name=found.name, case=case_id, **values))


def _moments(session: Session, ready: Ready, store: SqliteStore, case_id: str, days: Sequence[str]) -> list[int]:
    """Return the moments that were asked about, in the wall time of a case; it has to exist by then."""
    case = recording.find_case(store, case_id, session.language)
    zone, created = recording.zone_of_case(ready.definitions, case), int(str(case["created_at"]))
    options = ["--on", *["--what-if"] * len(days)]
    asked = [
        (moment(day, zone, option, session.language) if day else session.now, option)
        for day, option in zip(days, options, strict=False)
    ]
    since = moment_text(created, zone)
    too_early = [
        say(session.language, "refuse.no_case_yet", at=day or moment_text(at, zone), case=case_id, since=since, to=to)
        for day, (at, to) in zip(days, asked, strict=True)
        if at < created
    ]
    if too_early:
        raise Refused("\n".join(too_early))
    return [at for at, _ in asked]


def _case_and_log(
    session: Session, ready: Ready, store: SqliteStore, case_id: str, at: int
) -> tuple[pl.DataFrame, TypedLog]:
    case = recording.find_case(store, case_id, session.language)
    number = pl.Series([case["case_no"]], dtype=pl.Int64)
    log = store.log(ready.definitions, number, at)
    return log.cases(), log


def calculate(
    session: Session, name: str, case_id: str, given: Mapping[str, str], days: Sequence[str], form: str
) -> str:
    """Return a calculation line by line, a column a day."""
    from engine.decide import calculate
    from engine.telling import statements, statements_json

    ready = definitions_of(session)
    if name not in ready.definitions.calculations:
        raise Refused(recording.unknown("calculation", name, ready.definitions.calculations, session.language))
    calculation, zone = ready.definitions.calculations[name], listing.zone_of(ready.definitions, "")
    if not case_id:
        at, book = _without_case(session, ready.definitions, days[0])
        if lacking := [each for each in calculation.inputs if each not in given]:
            forms = ", ".join(recording.asked(calculation.inputs[each].field, session.language) for each in lacking)
            raise Refused(say(session.language, "refuse.inputs", name=name, fields=forms))
        moments, found = [at], [calculate(ready.definitions, name, given, at)]
    else:
        with open_store(session) as store:
            moments = _moments(session, ready, store, case_id, days)
            _of_its_subject(session, ready.definitions, calculation, store, case_id)
            known = [_case_and_log(session, ready, store, case_id, at) for at in moments]
            found = [
                calculate(ready.definitions, name, given, at, *each) for at, each in zip(moments, known, strict=True)
            ]
            zone = listing.zone_of(ready.definitions, str(known[0][0]["campus"][0] or ""))
            book = listing.directory(ready.definitions, store, known[0][0]["case_no"], session.language)
    shown = [moment_text(at, zone)[:10] for at in moments]
    if form == "json":
        return statements_json(found, shown, zone)
    return statements(found, shown, case_id, book, zone)


def report_on(session: Session, which: str, first: str, last: str, campus: str) -> Grid:
    """Return a report over the days from `first` to `last`, both included."""
    from engine.figures import reports

    ready = definitions_of(session)
    with open_store(session) as store:
        if campus:
            book = listing.directory(ready.definitions, store, None, session.language)
            listing.known("campus", campus, book.campuses, book)
        since = moment_for(session, ready.definitions, first, "--from", campus) if first else None
        until = moment_for(session, ready.definitions, last, "--to", campus)
        if len(last) == len("2026-03-01"):
            until += DAY - 1
        if since is not None and since > until:
            raise Refused(say(session.language, "refuse.days", first=first, last=last or moment_text(until, "UTC")))
        write = {"sla": reports.sla, "kpi": reports.kpi, "audit": reports.audit}[which]
        return write(ready.plan, store, since=since, until=until, campus=campus, language=session.language)


def forecast(session: Session, days: int, as_of: str) -> Grid:
    """Return the work to come by role and day."""
    from engine import grids, whatif
    from engine.posts import posts

    ready = definitions_of(session)
    zone = listing.zone_of(ready.definitions, "")
    with open_store(session) as store:
        job = job_of(session, ready, as_of)
        first = date.fromisoformat(moment_text(job.as_of, zone)[:10])
        moments = [moment_of(f"{first + timedelta(number)} 00:00", zone) for number in range(days + 1)]
        staff = posts(ready.definitions, store, job.as_of)
        book = listing.directory(ready.definitions, store, None, session.language)
        return grids.forecast(whatif.forecast(store, ready.plan, moments, staff), first, days, book)


def compare(session: Session, baseline: str, candidate: str, as_of: str) -> Grid:
    """Return the tasks that a change of the definitions adds, drops, moves and gives to others, on the stored cases."""
    from engine import grids, whatif
    from engine.posts import posts
    from engine.revisions import definitions_at

    before, after = (definitions_at(session, which) for which in (baseline, candidate))
    with open_store(session) as store:
        job = job_of(session, after, as_of)
        staff = posts(after.definitions, store, job.as_of)
        found = whatif.compare(store, before.plan, after.plan, job.as_of, staff)
        numbers = pl.concat([found.gained["case_no"], found.lost["case_no"], found.moved["case_no"]]).unique().sort()
        return grids.plan(found, listing.directory(after.definitions, store, numbers, session.language))
