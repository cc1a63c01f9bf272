"""The limit: a program in polars for these twelve duties and nothing else, reading the same SQLite file.

Every duty becomes a frame case_no, step, key, start, due; `span` (working seconds, or null) is what a pause needs.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from adbc_driver_sqlite import dbapi

from benchmarks.peers.hours import CHINA, WORKING_DAY, hours_of

DAY: Final = 86_400
READERS: Final = os.cpu_count() or 1
TEXT, NUMBER, YES_NO, MOMENT = pl.String(), pl.Float64(), pl.Boolean(), pl.Int64()
#: The events that the twelve duties read, and of their forms the fields.
FORMS: Final[dict[str, dict[str, pl.DataType]]] = {
    "contract_signed": {},
    "takeover_requested": {},
    "file_accepted": {},
    "payment_confirmed": {"in_full": YES_NO},
    "first_call_logged": {},
    "exchange_held": {},
    "lesson_scheduled": {"lesson": TEXT, "starts_at": MOMENT, "ends_at": MOMENT},
    "lesson_attended": {"lesson": TEXT},
    "lesson_note_written": {"lesson": TEXT},
    "absence": {"lesson": TEXT, "excused": YES_NO},
    "absence_contact_logged": {"lesson": TEXT, "reached": YES_NO},
    "first_class_received": {},
    "visit_logged": {"with": TEXT, "minutes": NUMBER},
    "student_sorted": {"stability": TEXT},
    "warning_meeting_held": {},
    "question_session_held": {},
    "school_exam_announced": {"exam": TEXT, "exam_at": MOMENT},
    "exam_outlook_agreed": {"exam": TEXT},
    "student_asked": {"question": TEXT},
    "student_answered": {"question": TEXT},
    "suspended": {},
    "resumed": {},
    "service_ended": {},
}
Frames = dict[str, pl.DataFrame]


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over: case_no, step, key, state, due_at, escalated_to."""
    cases, events = read(path, as_of)
    duties = [*_once(events), *_keyed(events, as_of), _visits(cases, events), *_calendar(cases, events, as_of)]
    tasks = pl.concat(duties, how="diagonal_relaxed")
    tasks = tasks.join(cases.select("case_no", "campus"), on="case_no")
    tasks = tasks.join(events["service_ended"], on="case_no", how="anti")
    return _shown(_resumed(_due(tasks), events), as_of)


# --- reading


def read(path: Path, as_of: int) -> tuple[pl.DataFrame, Frames]:
    """Return the students and, for each type, its events in order with the fields of their forms; on every core."""
    with ExitStack() as stack:
        links = [stack.enter_context(dbapi.connect(str(path))) for _ in range(READERS)]
        cases = _asked(
            links[0],
            "SELECT case_no, campus, created_at, fields ->> 'stability' AS stability FROM cases"
            " WHERE subject = 'student' AND fields ->> 'programme' = 'one_on_one'",
        )
        last = int(_asked(links[0], "SELECT max(event_id) AS last FROM events").item())
        names = ", ".join(f"'{name}'" for name in FORMS)
        query = f"SELECT case_no, type, at, data FROM events WHERE type IN ({names}) AND at <= {as_of}"
        bounds = [last * part // READERS for part in range(READERS + 1)]
        stretches = [f"{query} AND event_id > {low} AND event_id <= {high}" for low, high in pairwise(bounds)]
        with ThreadPoolExecutor(READERS) as pool:
            rows = pl.concat(pool.map(_asked, links, stretches))
    parts = {str(key[0]): part for key, part in rows.partition_by("type", as_dict=True, include_key=False).items()}
    empty = rows.clear().drop("type")
    return cases, {name: _typed(parts.get(name, empty), form) for name, form in FORMS.items()}


def _asked(link: dbapi.Connection, query: str) -> pl.DataFrame:
    with link.cursor() as cursor:
        cursor.execute(query)
        return pl.DataFrame(cursor.fetch_arrow_table())


def _typed(rows: pl.DataFrame, form: dict[str, pl.DataType]) -> pl.DataFrame:
    if form:
        struct = pl.col("data").cast(pl.String).str.json_decode(pl.Struct(form))
        rows = rows.with_columns(struct).unnest("data")
    else:
        rows = rows.drop("data")
    return rows.sort("case_no", "at", maintain_order=True)


# --- duties


def _once(events: Frames) -> list[pl.DataFrame]:
    """Return request_takeover, first_call and hold_exchange."""
    signed = events["contract_signed"].group_by("case_no").first()
    takeover = signed.join(events["takeover_requested"], on="case_no", how="anti")
    accepted = events["file_accepted"].group_by("case_no").first().rename({"at": "start"})
    calls = events["first_call_logged"].join(accepted, on="case_no").filter(pl.col("at") >= pl.col("start"))
    called = calls.group_by("case_no").agg(pl.col("at").min().alias("start"))
    uncalled = accepted.join(called, on="case_no", how="anti").sort("start")
    paid = events["payment_confirmed"].sort("at")
    gate = uncalled.join_asof(paid, left_on="start", right_on="at", by="case_no", check_sortedness=False)
    later = paid.filter("in_full").join(uncalled, on="case_no").filter(pl.col("at") > pl.col("start"))
    opened = later.group_by("case_no").agg(pl.col("at").min().alias("paid_at"))
    gate = gate.join(opened, on="case_no", how="left").with_columns(
        start=pl.when(pl.col("in_full").fill_null(value=False)).then("start").otherwise("paid_at")
    )
    held = events["exchange_held"].join(called, on="case_no").filter(pl.col("at") >= pl.col("start"))
    exchange = called.join(held, on="case_no", how="anti")
    return [
        _tasks("request_takeover", takeover.rename({"at": "start"}), work=WORKING_DAY),
        _tasks("first_call", gate, work=WORKING_DAY // 2),
        _tasks("hold_exchange", exchange, work=2 * WORKING_DAY),
    ]


def _keyed(events: Frames, as_of: int) -> list[pl.DataFrame]:
    """Return the duties that an event opens and another with the same key closes."""
    notes = _open(events["lesson_attended"], events["lesson_note_written"], "lesson")
    came = pl.concat(
        [events["lesson_attended"].select("case_no", "lesson"), events["absence"].select("case_no", "lesson")]
    )
    over = pl.coalesce("ends_at", pl.col("starts_at") + 7200)
    ended = events["lesson_scheduled"].with_columns(at=over).filter(pl.col("at") <= as_of).sort("at")
    absent = _open(
        events["absence"].filter(~pl.col("excused")), events["absence_contact_logged"].filter("reached"), "lesson"
    )
    exams = _open(events["school_exam_announced"], events["exam_outlook_agreed"], "exam")
    asked = _open(events["student_asked"], events["student_answered"], "question")
    tonight = (pl.col("start") + CHINA) // DAY * DAY + DAY - 60 - CHINA
    return [
        _tasks("write_note", notes, again=DAY).with_columns(due=tonight + DAY),
        _tasks("record_attendance", _open(ended, came, "lesson"), again=0).with_columns(due=tonight),
        _tasks("contact_absent", absent, again=0).with_columns(due=tonight),
        _tasks("agree_outlook", exams, due=pl.col("exam_at") - 3 * DAY),
        _tasks("answer_student", asked, work=WORKING_DAY),
    ]


def _open(opening: pl.DataFrame, closing: pl.DataFrame, key: str) -> pl.DataFrame:
    last = opening.join(closing, on=["case_no", key], how="anti").unique(
        ["case_no", key], keep="last", maintain_order=True
    )
    return last.rename({"at": "start", key: "key"})


def _visits(cases: pl.DataFrame, events: Frames) -> pl.DataFrame:
    """Return regular_visit: the interval after the last visit, by month and stability."""
    first = events["first_class_received"].group_by("case_no").agg(pl.col("at").min().alias("first"))
    visits = events["visit_logged"].filter((pl.col("with") == "parent") & pl.col("minutes").is_not_null())
    starts = pl.concat([events["first_class_received"].select("case_no", "at"), visits.select("case_no", "at")])
    last = (
        starts.join(first, on="case_no")
        .filter(pl.col("at") >= pl.col("first"))
        .group_by("case_no")
        .agg(start=pl.col("at").max())
    )
    lesson = events["lesson_attended"].group_by("case_no").agg(first_lesson=pl.col("at").min())
    sorted_ = events["student_sorted"].rename({"stability": "now_stability"}).sort("at")
    facts = last.join(cases.select("case_no", "created_at", "stability"), on="case_no").join(
        lesson, on="case_no", how="left"
    )
    facts = facts.sort("start").join_asof(sorted_, left_on="start", right_on="at", by="case_no", check_sortedness=False)
    since = pl.when(pl.col("first_lesson") <= pl.col("start")).then("first_lesson").otherwise("created_at")
    days = (
        pl.when(pl.coalesce("now_stability", "stability") == "unstable")
        .then(4)
        .when(_months(since, pl.col("start")) + 1 < 3)
        .then(7)
        .otherwise(14)
    )
    keyed = facts.with_columns(key=_minute(pl.col("start")))
    return _tasks("regular_visit", keyed, due=pl.col("start") + days * DAY, elapsed=True)


def _months(begin: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return whole months from day to day."""
    one, other = (pl.from_epoch(each + CHINA, time_unit="s").dt.date() for each in (begin, end))
    months = (other.dt.year().cast(pl.Int64) - one.dt.year()) * 12 + other.dt.month() - one.dt.month()
    return months - (one.dt.offset_by(pl.format("{}mo", months)) > other).cast(pl.Int64)


def _minute(moment: pl.Expr) -> pl.Expr:
    return pl.from_epoch(moment + CHINA, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M")


def _calendar(cases: pl.DataFrame, events: Frames, as_of: int) -> list[pl.DataFrame]:
    """Return monthly_sorting, absences_meeting and weekly_questions."""
    month = pl.from_epoch(pl.lit(as_of + CHINA), time_unit="s").dt.truncate("1mo")
    begins = pl.select(month.dt.epoch("s") - CHINA).item()
    ends = pl.select(month.dt.offset_by("1mo").dt.epoch("s") - CHINA - 60).item()
    lesson = events["lesson_attended"].group_by("case_no").agg(pl.col("at").min()).filter(pl.col("at") <= begins)
    unsorted = lesson.join(events["student_sorted"].filter(pl.col("at") >= begins), on="case_no", how="anti")
    keyed = unsorted.with_columns(key=month.dt.strftime("%Y-%m"), start=pl.lit(begins))
    return [_tasks("monthly_sorting", keyed, due=pl.lit(ends)), _meetings(events), _questions(cases, events, as_of)]


def _meetings(events: Frames) -> pl.DataFrame:
    """Return absences_meeting: the second absence within sixty days, where there were not two already."""
    absent = events["absence"].filter(~pl.col("excused"))
    before, again = pl.col("at").shift(1).over("case_no"), pl.col("at").shift(2).over("case_no")
    rises = absent.filter(
        (before > pl.col("at") - 60 * DAY) & ~(again > pl.col("at") - 60 * DAY).fill_null(value=False)
    )
    held = events["warning_meeting_held"].rename({"at": "held"}).sort("held")
    met = rises.sort("at").join_asof(
        held, left_on="at", right_on="held", by="case_no", check_sortedness=False, strategy="forward"
    )
    unmet = met.filter(pl.col("held").is_null()).rename({"at": "start"}).with_columns(key=_minute(pl.col("start")))
    return _tasks("absences_meeting", unmet, work=5 * WORKING_DAY)


def _questions(cases: pl.DataFrame, events: Frames, as_of: int) -> pl.DataFrame:
    """Return weekly_questions: the last Friday's, if nobody has held one since."""
    last = {
        campus: max(each for each in hours_of(campus).fridays(17 * 3600) if each <= as_of)
        for campus in ("xuhui", "pudong")
    }
    accepted = events["file_accepted"].group_by("case_no").agg(pl.col("at").min())
    fires = accepted.join(cases.select("case_no", "campus"), on="case_no").with_columns(
        start=pl.col("campus").replace_strict(last, return_dtype=pl.Int64)
    )
    due = fires.filter(pl.col("start") >= pl.col("at")).drop("campus")
    held = events["question_session_held"].join(due.select("case_no", "start"), on="case_no")
    unheld = due.join(held.filter(pl.col("at") >= pl.col("start")), on="case_no", how="anti")
    return _tasks("weekly_questions", unheld.with_columns(key=_minute(pl.col("start"))), work=4 * 3600)


# --- clocks


def _tasks(
    step: str,
    frame: pl.DataFrame,
    *,
    work: int | None = None,
    again: int | None = None,
    due: pl.Expr | None = None,
    elapsed: bool = False,
) -> pl.DataFrame:
    """Return tasks of a step; `work`: due after working time; `again`: at the end of a day; `elapsed`: a plain span."""
    key = pl.col("key") if "key" in frame.columns else pl.lit("")
    return frame.select(
        "case_no",
        step=pl.lit(step),
        key=key,
        start="start",
        due=due if due is not None else pl.lit(None, pl.Int64),
        work=pl.lit(work, pl.Int64),
        again=pl.lit(again, pl.Int64),
        elapsed=pl.lit(elapsed),
    )


def _due(tasks: pl.DataFrame) -> pl.DataFrame:
    """Return the tasks with what counts working time worked out, campus by campus."""
    parts = []
    for (campus,), part in tasks.partition_by("campus", as_dict=True).items():
        counted = _add_working(str(campus), part["start"], part["work"])
        parts.append(part.with_columns(due=pl.coalesce(counted, "due")))
    return pl.concat(parts)


def _add_working(campus: str, start: pl.Series, work: pl.Series) -> pl.Series:
    hours = hours_of(campus)
    begin, before = np.array(hours.begin), np.array(hours.before)
    known = (start.is_not_null() & work.is_not_null()).to_numpy()
    total = _worked(campus, start.fill_null(int(begin[0])).to_numpy()) + work.fill_null(1).to_numpy()
    place = np.searchsorted(before, total, "left") - 1
    return pl.Series("due", begin[place] + total - before[place]).set(pl.Series(~known), None)


def _worked(campus: str, moments: np.ndarray) -> np.ndarray:
    hours = hours_of(campus)
    begin, end, before = np.array(hours.begin), np.array(hours.end), np.array(hours.before)
    place = np.searchsorted(begin, moments, "right") - 1
    return np.asarray(before[place] + np.minimum(moments, end[place]) - begin[place])


def _resumed(tasks: pl.DataFrame, events: Frames) -> pl.DataFrame:
    """Return the tasks with the time of each pause given back; a pause that lasts leaves no due moment."""
    tasks = tasks.with_columns(paused=pl.lit(value=False))
    stops = events["suspended"].rename({"at": "stop"}).sort("stop")
    goes = events["resumed"].rename({"at": "go"}).sort("go")
    pauses = stops.join_asof(
        goes, left_on="stop", right_on="go", by="case_no", check_sortedness=False, strategy="forward"
    ).sort("case_no", "stop")
    again = pl.col("go").shift(1).over("case_no")
    first = pl.col("stop") == pl.col("stop").min().over("case_no")
    pauses = pauses.filter(first | (pl.col("stop") >= again).fill_null(value=False))
    pauses = pauses.with_columns(turn=pl.int_range(pl.len()).over("case_no"))
    for turn in pauses["turn"].unique().sort():
        one = pauses.filter(pl.col("turn") == turn).drop("turn")
        both = tasks.join(one, on="case_no", how="left")
        touched = (
            (pl.col("stop") < pl.col("due"))
            & (pl.col("go").is_null() | (pl.col("go") > pl.col("start")))
            & ~pl.col("paused")
        ).fill_null(value=False)
        rest, moved = both.filter(~touched), both.filter(touched)
        tasks = pl.concat([rest, _moved(moved)]).drop("stop", "go")
    return tasks


def _moved(tasks: pl.DataFrame) -> pl.DataFrame:
    parts = [tasks.filter(pl.col("go").is_null()).with_columns(paused=pl.lit(value=True))]
    for (campus,), part in tasks.drop_nulls("go").partition_by("campus", as_dict=True).items():
        stopped = part.select(pl.max_horizontal("stop", "start")).to_series()
        left = _worked(str(campus), part["due"].to_numpy()) - _worked(str(campus), stopped.to_numpy())
        worked = _add_working(str(campus), part["go"], pl.Series(left))
        tonight = (pl.max_horizontal("go", "start") + CHINA) // DAY * DAY + DAY - 60 - CHINA
        parts.append(
            part.with_columns(
                due=pl.when(pl.col("work").is_not_null())
                .then(worked)
                .when("elapsed")
                .then(pl.col("due") + pl.col("go") - stopped)
                .when(pl.col("again").is_not_null() & (pl.col("due") <= pl.col("go")))
                .then(tonight + pl.col("again"))
                .otherwise("due")
            )
        )
    return pl.concat(parts)


def _shown(tasks: pl.DataFrame, as_of: int) -> pl.DataFrame:
    waiting = pl.col("due").is_null() | pl.col("paused")
    late = pl.col("due") <= as_of
    escalates = pl.col("step").is_in(["first_call", "contact_absent", "absences_meeting"])
    return tasks.select(
        "case_no",
        "step",
        "key",
        state=pl.when(waiting).then(pl.lit("waiting")).when(late).then(pl.lit("breached")).otherwise(pl.lit("open")),
        due_at=pl.when(~pl.col("paused")).then("due"),
        escalated_to=pl.when(escalates & late).then(pl.lit("learning_manager_lead")),
    )
