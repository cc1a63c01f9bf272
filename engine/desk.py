"""The work of a day: the list is derived and shown, what people report is recorded and its case looked at again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from engine import daily, recording
from engine.calendars.zones import moment_text
from engine.importing.values import normalise_event
from engine.model import Definitions
from engine.opened import definitions_of, list_of, moment_for, open_store, refuse_unknown, typed_moment
from engine.problems import Refused
from engine.ready import Ready, moment
from engine.report import table
from engine.report.entry import LIVE, TaskList
from engine.session import Filters, Progress, Screen, Session
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore
from engine.words import say


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, in one sentence, and the tasks of its case since."""

    sentence: str
    case_id: str
    tasks: TaskList


def job_of(session: Session, found: Ready, as_of: str = "", progress: Progress | None = None) -> daily.Job:
    """Return what a run is told."""
    at = moment_for(session, found.definitions, as_of, "--as-of")
    return daily.Job(found.plan, found.definitions_hash, at, session.now, progress)


def run_day(
    session: Session, as_of: str, filters: Filters, *, dry_run: bool, as_known: bool, progress: Progress | None
) -> TaskList:
    """Derive who owes what by when, store what changed (unless it is a dry run or a look back) and return the list."""
    found = definitions_of(session)
    with open_store(session) as store:
        job = job_of(session, found, as_of, progress)
        last = store.last_run()
        # A run of a day to come, a slip of the pen perhaps, does not keep today's from being written.
        is_past = last is not None and job.as_of < min(last.as_of, session.now)
        refuse_unknown(session, found.definitions, store, filters)
        if not (dry_run or as_known or is_past):
            daily.run_and_store(store, job)
            tasks = store.tasks(unfinished=True)
            return list_of(session, found.definitions, store, tasks, job.as_of, filters)
        tasks = daily.derive(store, job, job.as_of if as_known else None)
        shown = list_of(session, found.definitions, store, tasks, job.as_of, filters)
        notice = "list.past" if is_past and not dry_run else "list.dry"
        notices = (*shown.notices, say(session.language, notice))
        return replace(shown, notices=notices, is_stored=False, asked_at=typed_moment(found.definitions, job.as_of))


def record(session: Session, case_id: str, typed: recording.Typed) -> Recorded:
    """Append one fact of a case."""
    from engine.aftermath import Aftermath

    found = definitions_of(session)
    with open_store(session) as store, store.atomic():
        case = recording.find_case(store, case_id, session.language)
        event_id = _append(session, found.definitions, store, case, typed)
        title = found.definitions.events[typed.event].title.text(session.language) if typed.event != "set" else ""
        sentence = say(session.language, "record.done", event=title or typed.event, case=case_id, event_id=event_id)
        recorded = _refreshed(session, found, store, case, sentence)
        became = Aftermath(session, found, store, case, event_id)
        return replace(recorded, sentence="\n".join([sentence, *became.of_recorder(), *became.of_event(typed.event)]))


def _append(
    session: Session, definitions: Definitions, store: SqliteStore, case: Mapping[str, object], typed: recording.Typed
) -> int:
    """Append the event once its form is right; return its number."""
    if typed.event != "set":
        recording.of_its_subject(definitions, typed.event, case, session.language)
    zone = recording.zone_of_case(definitions, case)
    at = moment(typed.at, zone, "--at", session.language) if typed.at else session.now
    values = recording.facts(typed.values, session.language) if typed.event == "set" else typed.values
    data, wrong = normalise_event(
        definitions, typed.event, values, zone, subject=str(case["subject"]), language=session.language
    )
    wrong += recording.emptied(definitions, typed.event, str(case["subject"]), data, session.language)
    wrong += recording.lost_references(definitions, store, typed.event, str(case["subject"]), data, session.language)
    wrong += _wrong_moment(session, case, at, zone)
    if wrong:
        raise Refused("\n".join(wrong))
    by = recording.person(definitions, store, typed.by, "--by", session.language) if typed.by else None
    event = NewEvent(int(str(case["case_no"])), typed.event, at, session.now, by, data)
    return store.append([event])[0]


def _wrong_moment(session: Session, case: Mapping[str, object], at: int, zone: str) -> list[str]:
    created = int(str(case["created_at"]))
    if at > session.now:
        return [say(session.language, "refuse.future", at=moment_text(at, zone), now=moment_text(session.now, zone))]
    if at < created:
        return [say(session.language, "refuse.before", at=moment_text(at, zone), created=moment_text(created, zone))]
    return []


def _refreshed(
    session: Session, found: Ready, store: SqliteStore, case: Mapping[str, object], sentence: str
) -> Recorded:
    """Run the case again and return its tasks; the moment is now, or that of the last run where that is later."""
    last = store.last_run()
    job = replace(job_of(session, found), as_of=max(session.now, last.as_of if last else 0))
    chosen = pl.Series([case["case_no"]], dtype=pl.Int64)
    daily.run_and_store(store, job, chosen)
    filters = Filters(case=str(case["case_id"]))
    tasks = list_of(session, found.definitions, store, store.tasks(chosen), job.as_of, filters)
    return Recorded(sentence, str(case["case_id"]), tasks)


def done(session: Session, part: str, typed: recording.Typed) -> Recorded:
    """Close a task by its closing event, if it is what the task waits for."""
    from engine.aftermath import Aftermath

    found = definitions_of(session)
    with open_store(session) as store:
        task = _unfinished(session, store, part)
        case = recording.find_case(store, str(task["case_id"]), session.language)
        step = found.plan_step(str(task["process"]), str(task["step"]), str(task["campus"]))
        if step is None:
            name = f"{task['process']}.{task['step']}"
            raise Refused(recording.unknown("step", name, found.plan.names, session.language))
        closing = recording.closing(found.definitions, step, task, typed.values, session.language)
        with store.atomic():
            typed = replace(closing, at=typed.at, by=typed.by)
            event_id = _append(session, found.definitions, store, case, typed)
            recorded = _refreshed(session, found, store, case, "")
        became = Aftermath(session, found, store, case, event_id)
        return replace(recorded, sentence="\n".join([*became.of_task(str(task["task_id"])), *became.of_recorder()]))


def _unfinished(session: Session, store: SqliteStore, part: str) -> Mapping[str, object]:
    task = recording.find_task(store.tasks(), part, session.language)
    if task["state"] not in LIVE:
        state = say(session.language, f"state.{task['state']}")
        raise Refused(say(session.language, "refuse.finished", task=task["task_id"], state=state))
    return task


def waive(session: Session, part: str, by: str, why: str, at: str) -> Recorded:
    """Say that a task need not be done."""
    found = definitions_of(session)
    with open_store(session) as store:
        task = _unfinished(session, store, part)
        case = recording.find_case(store, str(task["case_id"]), session.language)
        zone = recording.zone_of_case(found.definitions, case)
        when = moment(at, zone, "--at", session.language) if at else session.now
        if wrong := _wrong_moment(session, case, when, zone):
            raise Refused("\n".join(wrong))
        who = recording.person(found.definitions, store, by, "--by", session.language)
        event = recording.waiver(task, who, recording.reason(why, session.language), when, session.now)
        with store.atomic():
            store.append([event])
            return _refreshed(session, found, store, case, say(session.language, "record.waived", task=task["task_id"]))


def void(session: Session, event_id: int, by: str, why: str) -> Recorded:
    """Say that an event never was."""
    found = definitions_of(session)
    with open_store(session) as store, store.atomic():
        who = recording.person(found.definitions, store, by, "--by", session.language)
        why = recording.reason(why, session.language)
        event = recording.correction(store, event_id, who, why, session.now, session.language)
        void_id = store.append([event])[0]
        case = store.cases(case_nos=[event.case_no]).row(0, named=True)
        sentence = say(session.language, "record.void", event_id=event_id, void_id=void_id)
        return _refreshed(session, found, store, case, sentence)


def brief(recorded: Recorded, language: str, screen: Screen) -> str:
    """Return the sentence and what the case owes now: the list without its heading and totals."""
    entries = recorded.tasks.entries
    if not entries:
        return f"{recorded.sentence}\n{say(language, 'list.nothing_left', case=recorded.case_id)}\n"
    look = table.Look(language, screen.width, screen.colour, None)
    return (
        "\n".join(
            [
                recorded.sentence,
                say(language, "list.refreshed", case=recorded.case_id),
                *table.rows(recorded.tasks, look),
            ]
        )
        + "\n"
    )
