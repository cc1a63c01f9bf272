"""The main job: the cases with news are run, what is wanted is reconciled with what is stored, in one transaction.

A run reads first and writes last, so that others can write meanwhile; what they add is news for the next run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from engine.chunks import CHUNK, parts
from engine.compiler.plan import Plan
from engine.compiler.world import Known
from engine.frames import TASKS
from engine.posts import posts
from engine.run import Run, run
from engine.session import Progress
from engine.spool import Spool
from engine.store.base import CaseStore
from engine.store.base import Run as Stored
from engine.store.reconcile import UNFINISHED, reconcile
from engine.store.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Job:
    """What a run is told: the plan and its hash, the moment it believes it is, the clock, whom to tell its progress."""

    plan: Plan
    definitions_hash: str
    as_of: int
    now: int
    progress: Progress | None = None


def run_and_store(store: SqliteStore, job: Job, case_nos: pl.Series | None = None) -> Stored:
    """Derive the tasks of these cases (None: of all that have news) and store what has changed.

    Where neither rules nor time alone can have changed anything, only the steps that the news can touch are run.
    """
    last, last_event = store.last_run(), store.last_event_id()
    chosen, is_news = with_news(store, job, last, last_event) if case_nos is None else (case_nos, True)
    steps, seen = _touched(store, job, last, chosen) if is_news else (None, None)
    wakes: list[pl.DataFrame] = []
    with Spool() as changes:
        for part, found, stored in _runs(store, job, chosen, last_event, None, _news(store, job, last), steps):
            changes.add(reconcile(stored, found.tasks, job.as_of))
            wakes.append(pl.DataFrame({"case_no": part}).join(found.wakes, on="case_no", how="left"))
        return store.apply_run(
            changes,
            as_of=job.as_of,
            started_at=job.now,
            finished_at=job.now,
            definitions_hash=job.definitions_hash,
            last_event_id=last_event,
            wake=_wake(wakes, again=case_nos is not None and _follows_others(last, job), seen=seen),
            cases_run=len(chosen),
            whole=case_nos is None,
        )


def _touched(
    store: SqliteStore, job: Job, last: Stored | None, chosen: pl.Series
) -> tuple[frozenset[str] | None, pl.DataFrame | None]:
    """Return the steps whose tasks what is new of some cases can change, and how far those were seen.

    None for the steps: any of them, by the rules or by time alone.
    """
    if last is None or _follows_others(last, job) or last.as_of > job.as_of or len(chosen) > CHUNK:
        return None, None
    if store.last_changed(chosen) > job.as_of:  # what was recorded meanwhile was looked at as of a later moment
        return None, None
    seen = store.last_seen(chosen)
    woken = (pl.col("wake_at") <= job.as_of).fill_null(value=False)
    if len(seen.filter(woken | pl.col("last_event_id").is_null() | (pl.col("created_at") > last.as_of))):
        return None, None
    news = store.kinds_of_news(seen, last.as_of)
    if news is None:
        return None, None
    return frozenset(name for name, read in job.plan.reads.items() if not read.isdisjoint(news)), seen


def _follows_others(last: Stored | None, job: Job) -> bool:
    return last is not None and last.definitions_hash != job.definitions_hash


def _wake(found: Sequence[pl.DataFrame], *, again: bool, seen: pl.DataFrame | None) -> pl.DataFrame | None:
    """Return when each case must be looked at again; `again`: at once, for the other cases follow other rules yet.

    `seen` is there where only some steps were run: what the others wait for still holds.
    """
    if not found:
        return None
    wake = pl.concat(found)
    if seen is not None:
        before = seen.select("case_no", before="wake_at")
        wake = wake.join(before, on="case_no", how="left").select(
            "case_no", pl.min_horizontal("wake_at", "before").alias("wake_at")
        )
    return wake.with_columns(wake_at=pl.lit(0, pl.Int64)) if again else wake


@dataclass(frozen=True, slots=True)
class News:
    """What an earlier run has seen: all up to `since`, but of the cases in `first` (case_no, at) only up to `at`."""

    since: int
    first: pl.DataFrame

    def unchanged_until(self, case_nos: pl.Series) -> pl.DataFrame:
        """Return up to when nothing has changed for each case: case_no, since."""
        known = pl.DataFrame({"case_no": case_nos}).join(self.first, on="case_no", how="left", maintain_order="left")
        return known.select("case_no", since=pl.min_horizontal(pl.lit(self.since), "at")).sort("case_no")


_NOTHING_SEEN = News(0, pl.DataFrame(schema={"case_no": pl.Int64(), "at": pl.Int64()}))


def _news(store: SqliteStore, job: Job, last: Stored | None) -> News:
    """Return what the last run has seen; nothing, where it followed other rules or looked at a later moment."""
    if last is None or _follows_others(last, job) or last.as_of > job.as_of:
        return _NOTHING_SEEN
    return News(last.as_of, store.first_news(last))


def derive(store: CaseStore, job: Job, known_at: int | None = None, case_nos: pl.Series | None = None) -> pl.DataFrame:
    """Return the tasks that are not over of the cases (None: all), without writing anything.

    `known_at` leaves out what was typed in later.
    """
    chosen = store.case_nos() if case_nos is None else case_nos
    runs = _runs(store, job, chosen, store.last_event_id(), known_at, None)
    found = [each.tasks.filter(pl.col("state").is_in(UNFINISHED)) for _, each, _ in runs]
    return pl.concat([TASKS.to_frame(), *found], how="vertical_relaxed")


def with_news(store: SqliteStore, job: Job, last: Stored | None, last_event: int) -> tuple[pl.Series, bool]:
    """Return the cases whose tasks may differ from what the last run found: all, if the rules or the posts changed;
    and whether it is for what happened or came due since, not for these.
    """
    if last is not None and last.definitions_hash == job.definitions_hash and last.as_of <= job.as_of:
        before = posts(job.plan.definitions, store, last.as_of, last.last_event_id)
        if before.equals(posts(job.plan.definitions, store, job.as_of, last_event)):
            return store.cases_with_news(last, job.as_of), True
    return store.case_nos(), False


def _runs(
    store: CaseStore,
    job: Job,
    chosen: pl.Series,
    last_event: int,
    known_at: int | None,
    news: News | None,
    steps: frozenset[str] | None = None,
) -> Iterator[tuple[pl.Series, Run, pl.DataFrame]]:
    """Yield each chunk of cases, its run, and its stored tasks; `news` None: nothing stored is of interest."""
    staff = posts(job.plan.definitions, store, job.as_of, last_event, known_at)
    seen = 0
    for part in parts(chosen):
        log = store.log(job.plan.definitions, part, job.as_of, known_at, last_event)
        stored = TASKS.to_frame() if news is None else store.tasks(part)
        if steps is not None:
            stored = stored.filter(pl.concat_str("process", pl.lit("."), "step").is_in(sorted(steps)))
        unfinished = stored.filter(pl.col("state").is_in(UNFINISHED))
        known = Known(unfinished, (news or _NOTHING_SEEN).unchanged_until(part))
        yield part, run(job.plan, log.cases(), log, job.as_of, staff=staff, known=known, steps=steps), stored
        if job.progress:
            seen += len(part)
            job.progress("daily", seen, len(chosen))
