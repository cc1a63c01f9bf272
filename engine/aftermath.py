"""What became of tasks by a fact that somebody recorded: read off the tasks as they are now, not off what was meant."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property

import polars as pl

from engine import explain, listing, recording, telling
from engine.calendars.zones import moment_text
from engine.compiler.assignees import stand_ins
from engine.model import Step
from engine.posts import posts
from engine.ready import Ready
from engine.report.entry import LIVE
from engine.session import Session
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore
from engine.telling.outcome import outcome
from engine.telling.voice import INDENT, Voice, voice
from engine.words import say

Task = Mapping[str, object]


class Aftermath:
    """The tasks of a case once an event was recorded and the case run again."""

    def __init__(
        self, session: Session, ready: Ready, store: SqliteStore, case: Mapping[str, object], event_id: int
    ) -> None:
        self.session = session
        self.ready = ready
        self.store = store
        self.row = case
        self.event_id = event_id
        self.case_nos = pl.Series([case["case_no"]], dtype=pl.Int64)
        self.tasks = list(store.tasks(self.case_nos).iter_rows(named=True))

    def of_task(self, task_id: str) -> Iterator[str]:
        """Yield what became of the task that the event was to close, then which others it closed."""
        task = next(each for each in self.tasks if each["task_id"] == task_id)
        if task["state"] in LIVE:
            yield from self._still_owed(task, "record.task_still_open")
        elif task["closed_by"] == self.event_id:
            yield self._done(task)
        else:
            yield self._over(task)
            yield from self._cancelled(task)
        yield from (self._done(each) for each in self._closed if each["task_id"] != task_id)

    def of_event(self, event: str) -> Iterator[str]:
        """Yield which tasks the event closed, and which wait for one of its type and are not closed by it.

        Those that ask for another kind of it are told of only where there is nothing else to tell.
        """
        yield from map(self._done, self._closed)
        open_ones = [(task, why) for task in self._waiting_for(event) if (why := self._why(task))]
        meant = [(task, why) for task, why in open_ones if not (why.other_key or why.is_opening)]
        of_its_kind = [(task, why) for task, why in meant if not why.clauses]
        for task, _ in of_its_kind or ([] if self._closed else meant):
            yield from self._still_owed(task, "record.not_closed")

    def of_recorder(self) -> Iterator[str]:
        """Yield that the fact is for another post to record, where the one who says so holds posts, and none of these.

        It is on record all the same: somebody may type in what another has done.
        """
        known = self.ready.definitions.events.get(self._event.type)
        if self._event.by is None or known is None:
            return
        meant = {str(each) for each in known.by}
        held = posts(self.ready.definitions, self.store, self._event.at).filter(pl.col("case_id") == self._event.by)
        for campus, post, who in stand_ins(self.ready.definitions):
            if campus == self.row["campus"] and post in meant:
                meant.add(who)
        if meant and len(held) and meant.isdisjoint(held["role"]):
            between = "、" if self.session.language == "zh" else ", "
            roles, own = (between.join(map(self._book.role, each)) for each in (sorted(meant), held["role"].sort()))
            who = self._book.names.get(str(self._event.by), str(self._event.by))
            yield self._say("record.other_post", who=who, own=own, roles=roles)

    def _waiting_for(self, event: str) -> Iterator[Task]:
        for task in self.tasks:
            step = self._step(task)
            if task["state"] in LIVE and step is not None and event in map(str, step.done.events):
                yield task

    @property
    def _closed(self) -> list[Task]:
        return [each for each in self.tasks if each["closed_by"] == self.event_id]

    def _done(self, task: Task) -> str:
        """Return that a task is done; what came before it opened counts as done when it opened, if at all.

        What is done is done, also before its gate has opened: that is said.
        """
        opened, step = int(str(task["opened_at"])), self._step(task)
        if task["start_at"] is None and step is not None and step.needs:
            gate = self._book.gate(str(step.needs), str(task["process"]), str(task["step"]))
            return self._say("record.task_done waiting", task=task["task_id"], gate=gate)
        if self._event.at >= opened:
            return self._say("record.task_done", task=task["task_id"])
        at, opened_at = (moment_text(each, self._zone) for each in (self._event.at, opened))
        return self._say("record.task_done early", task=task["task_id"], at=at, opened=opened_at)

    def _say(self, key: str, **values: object) -> str:
        return say(self.session.language, key, **values)

    @cached_property
    def _zone(self) -> str:
        return recording.zone_of_case(self.ready.definitions, self.row)

    def _step(self, task: Task) -> Step | None:
        return self.ready.plan_step(str(task["process"]), str(task["step"]), str(task["campus"]))

    # --- still owed

    def _still_owed(self, task: Task, key: str) -> Iterator[str]:
        """Yield that a task is not closed by the event, and why."""
        step, why = self._step(task), self._why(task)
        lines = list(telling.unclosed(self._voice(task), step, why, self._event.at)) if step and why else []
        yield self._say(f"{key} why" if lines else key, task=task["task_id"])
        yield from lines

    def _why(self, task: Task) -> explain.Unclosed | None:
        name = f"{task['process']}.{task['step']}"
        return explain.unclosed(self._case, name, str(task["key"] or ""), self.event_id)

    @cached_property
    def _case(self) -> explain.Case:
        definitions, last = self.ready.definitions, self.store.last_run()
        as_of = max(self.session.now, last.as_of if last else 0)
        log = self.store.log(definitions, self.case_nos, as_of)
        staff = posts(definitions, self.store, as_of)
        return explain.Case(self.ready.plan, log.cases(), log, as_of, staff)

    @cached_property
    def _event(self) -> NewEvent:
        found = self.store.event(self.event_id)
        assert found is not None
        return found

    @cached_property
    def _book(self) -> listing.Directory:
        return listing.directory(self.ready.definitions, self.store, self.case_nos, self.session.language)

    def _voice(self, task: Task) -> Voice:
        day = date.fromisoformat(moment_text(int(str(task["opened_at"])), self._zone)[:10])
        return voice(self._book, self.ready.definitions.processes[str(task["process"])], str(task["campus"] or ""), day)

    # --- over, and not by this event

    def _over(self, task: Task) -> str:
        """Return that the event is written down and that the task was over without it."""
        state = self._say(f"state.{task['state']}")
        at = task["closed_at"] if task["closed_at"] is not None else task["cancelled_at"]
        told = {"task": task["task_id"], "state": state, "at": moment_text(int(str(at)), self._zone)}
        if isinstance(task["closed_by"], int):
            return self._say("record.task_over by", event_id=task["closed_by"], **told)
        return self._say("record.task_over", **told)

    def _cancelled(self, task: Task) -> Iterator[str]:
        """Yield why a task fell away, where the rules say it."""
        if task["state"] != "cancelled" or self._step(task) is None:
            return
        found = explain.explain_task(self._case, f"{task['process']}.{task['step']}", str(task["key"] or ""))
        if found and found.task["state"] == "cancelled":
            yield from (INDENT + text for text in outcome(self._voice(task), found, {}))
