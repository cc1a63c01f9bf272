"""Why a step owes nothing on a case, and the smallest change that would make it: each is tried before it is told."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.compiler.closing import closing_text
from engine.compiler.plan import full_name
from engine.compiler.reads import reads, tree_of
from engine.compiler.scope import Rows, events_where
from engine.explain.case import Case
from engine.explain.clauses import Clause, clauses
from engine.explain.suppose import Supposed, implied
from engine.expr.uses import uses
from engine.model import Opening, Process, Step
from engine.report.entry import LIVE
from engine.text import Word

#: So many later moments are tried, and no later than in a year.
_MOMENTS: Final = 40
_YEAR: Final = 366 * 86_400
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Barrier:
    """What keeps a step from opening whatever happens: the service ended, the campus has no such step, it comes once.

    `kind`: ended (by the event `name` at `at`), dropped, elsewhere, rollout (since the day `name`), once.
    """

    kind: str
    name: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way of opening: how often what opens it came, when last, and its clauses then or now."""

    opening: Opening
    came: int
    last: int | None
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that would open a task: record an event, finish a step, change a fact, or wait until a moment.

    `act`: record, finish, set, wait; and, where no single change was found, first (a step that must open before).
    """

    act: str
    name: str = ""
    values: tuple[tuple[str, object], ...] = ()
    at: int | None = None


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a step owes nothing on a case. `facts` are the clauses about the case itself, asked at every opening."""

    process: Process
    step: Step
    campus: str
    tasks: tuple[dict[str, object], ...]  # tasks of the step that there were
    barriers: tuple[Barrier, ...]
    facts: tuple[Clause, ...]
    ways: tuple[Way, ...]
    changes: tuple[Change, ...]
    as_of: int


def why_not(case: Case, name: str) -> WhyNot:
    """Return why a step ("process.step") owes nothing on this case, and the smallest change that would make it due."""
    tasks = case.tasks_of(name)
    process, step = case.variant(name)
    barriers = tuple(_barriers(case, process, step))
    if len(tasks) and all(each.kind == "on" for each in step.opens):
        barriers += (Barrier("once"),)
    facts = clauses(case.now(process), process.applies_if, "case")
    ways = tuple(_way(case, process, each) for each in step.opens)
    found: tuple[Change, ...] = ()
    if not barriers:
        found = tuple(_Search(case, name, process, step).changes(facts, ways))
    shown = tuple(tasks.iter_rows(named=True))
    return WhyNot(process, step, case.campus, shown, barriers, facts, ways, found, case.as_of)


def _barriers(case: Case, process: Process, step: Step) -> Iterator[Barrier]:
    for ending in process.ends:
        for event in ending.events:
            ends = events_where(case.world, event, ending.condition or "")
            if len(ends):
                yield Barrier("ended", str(event), int(ends.at[0]))
    if case.campus in step.without:
        yield Barrier("dropped")
    if step.campuses is not None and case.campus not in step.campuses:
        yield Barrier("elsewhere")
    rollout = step.rollout
    if rollout and rollout.applies_to != "all":
        since = int(case.world.start_of(rollout.since, np.zeros(1, np.int64))[0])
        if (int(case.row["created_at"][0]) if rollout.applies_to == "new_cases" else case.as_of) < since:
            yield Barrier("rollout", str(rollout.since))


def _way(case: Case, process: Process, opening: Opening) -> Way:
    """Return how far a way of opening has come: its clauses on the latest event, or now."""
    world = case.world
    if opening.kind in ("on", "each"):
        lines = [world.timeline(event) for event in opening.events]
        last = (
            max((line.at[-1], place) for place, line in enumerate(lines) if len(line)) if any(map(len, lines)) else None
        )
        if last is None:
            return Way(opening, 0, None, ())
        line, event = lines[last[1]], str(opening.events[last[1]])
        one = line.filter(np.arange(len(line)) == len(line) - 1)
        scope = Rows(world, str(process.subject), one.rows, one.at, one.frame, (event,))
        return Way(opening, sum(map(len, lines)), int(last[0]), clauses(scope, opening.condition, "opening"))
    if opening.kind == "after":
        closed = world.closings.get(full_name(case.definitions, process, str(opening.step)))
        if closed is None or not len(closed):
            return Way(opening, 0, None, ())
        one = closed.filter(np.arange(len(closed)) == len(closed) - 1)
        events = world.closing_events(full_name(case.definitions, process, str(opening.step)))
        scope = Rows(world, str(process.subject), one.rows, one.at, one.frame, events)
        return Way(opening, len(closed), int(one.at[0]), clauses(scope, opening.condition, "opening"))
    came = sum(len(world.timeline(event)) for event in opening.events)
    last_at = max(
        (int(world.timeline(event).at[-1]) for event in opening.events if len(world.timeline(event))), default=None
    )
    return Way(opening, came, last_at, clauses(case.now(process), opening.condition, "opening"))


class _Search:
    """Tries changes on a case, one at a time."""

    def __init__(self, case: Case, name: str, process: Process, step: Step) -> None:
        self.case = case
        self.name = name
        self.process = process
        self.step = step
        self.before = set(case.tasks_of(name)["key"].to_list())

    def changes(self, facts: tuple[Clause, ...], ways: tuple[Way, ...]) -> Iterator[Change]:
        """Yield changes each of which opens a task; where there is none, the steps that must open first."""
        failed = [each for each in facts if not each.holds]
        failed += [each for way in ways for each in way.clauses if not each.holds]
        found: list[Change] = []
        for change in dict.fromkeys([*self._openings(), *self._remedies(failed)]):
            if len(found) < _FEW and self._opens(change):
                found.append(change)
        wait = self._wait()
        found += [wait] if wait else []
        yield from found or self._first(ways)

    # --- what may be tried

    def _openings(self) -> Iterator[Change]:
        """Yield the events that open the step, and what finishes the step that it comes after."""
        for opening in self.step.opens:
            for event in opening.events:
                yield self._recording(str(event), opening.condition)
            if opening.step:
                yield from self._finishing(opening)

    def _finishing(self, opening: Opening) -> Iterator[Change]:
        name = full_name(self.case.definitions, self.process, str(opening.step))
        if not (self.case.tasks_of(name)["state"].is_in(LIVE)).any():
            return
        _, step = self.case.variant(name)
        for event in step.done.events:
            closing = Word(closing_text(self.case.definitions, step, str(event)))
            values = self._recording(str(event), opening.condition, closing).values
            yield Change("finish", name, ((str(event), values),))

    def _remedies(self, failed: list[Clause]) -> Iterator[Change]:
        """Yield what changes the facts and adds the events that failed clauses ask about."""
        subject = str(self.process.subject)
        for clause in failed:
            read = reads(self.case.definitions, subject, clause.text)
            wanted = self._implied(clause)
            for event in sorted(read.events):
                asked = self._recording(event, *(Word(text) for text in _conditions(clause, event)))
                latest = self._implied(clause, event)
                yield Change(
                    "record", event, asked.values + tuple((name, _frozen(each)) for name, each in latest.items())
                )
            for fact in sorted(read.names & set(self.case.definitions.subjects[subject].fields)):
                for setter, value in self.case.world.setters(subject, fact):
                    yield self._setting(str(setter.name), str(value), wanted.get(fact))
                if fact in wanted:
                    yield Change("set", fact, ((fact, _frozen(wanted[fact])),))

    def _implied(self, clause: Clause, event: str = "") -> dict[str, object]:
        """Return values that would make a clause hold: of facts, or of the fields of an event that it asks about."""
        now, found = self.case.now(self.process), dict[str, object]()
        for each in _leaves(clause):
            tree = tree_of(each.text)
            known = {name: now.ask(name)[0] for name in uses(tree).names if self._is_plain(name)}
            found |= implied(tree.node, event, known)
        return found

    def _is_plain(self, name: str) -> bool:
        parameter = self.case.definitions.parameters.get(name)
        return parameter is not None and parameter.type in ("number", "choice", "yes_no", "text")

    def _recording(self, event: str, *conditions: Word | None) -> Change:
        known = self.case.definitions.events[event].fields if event in self.case.definitions.events else {}
        values: dict[str, object] = {}
        for text in conditions:
            values |= implied(tree_of(text).node) if text else {}
        shown = tuple((name, _frozen(value)) for name, value in values.items() if name in known)
        return Change("record", event, shown)

    def _setting(self, event: str, value: str, wanted: object) -> Change:
        """Return the recording of an event that sets a fact to the value of a field of its own."""
        known = self.case.definitions.events[event].fields
        return Change("record", event, ((value, _frozen(wanted)),) if value in known and wanted is not None else ())

    # --- trying

    def _opens(self, change: Change) -> bool:
        case, at = self.case, self.case.as_of
        number, log = int(case.row["case_no"][0]), case.world.log
        match change.act:
            case "set":
                log = Supposed(log, number, at, fact=change.name, values=_thawed(change.values))
            case "finish":
                event, values = change.values[0]
                assert isinstance(values, tuple)
                log = Supposed(log, number, at, event=event, values=_thawed(values))
            case _:
                log = Supposed(log, number, at, event=change.name, values=_thawed(change.values))
        return self._has_more(case.supposing(log, at))

    def _has_more(self, case: Case) -> bool:
        tasks = case.tasks_of(self.name)
        return bool((~tasks["key"].is_in(list(self.before)) & tasks["state"].is_in(LIVE)).any())

    def _wait(self) -> Change | None:
        """Return the moment at which time alone opens a task, if one comes within a year."""
        case, first = self.case, self.case.as_of
        for _ in range(_MOMENTS):
            later = [int(at[at > case.as_of].min()) for _, at in case.world.wakes if (at > case.as_of).any()]
            if not later or min(later) > first + _YEAR:
                return None
            case = case.supposing(case.world.log, min(later))
            if self._has_more(case):
                return Change("wait", at=case.as_of)
        return None

    def _first(self, ways: tuple[Way, ...]) -> Iterator[Change]:
        for way in ways:
            if way.opening.step and not way.came:
                yield Change("first", full_name(self.case.definitions, self.process, str(way.opening.step)))


def _leaves(clause: Clause) -> Iterator[Clause]:
    if not clause.inner:
        yield clause
    for each in clause.inner:
        if not each.holds:
            yield from _leaves(each)


def _conditions(clause: Clause, event: str) -> Iterator[str]:
    """Yield the conditions under which a clause, and what it is made of, counts an event."""
    for each in _leaves(clause):
        tree = tree_of(each.text)
        for node in ast.walk(tree.node):
            if (
                isinstance(node, ast.Call)
                and node.args
                and isinstance(node.args[0], ast.Name)
                and node.args[0].id == event
            ):
                yield from (tree.text_of(given.value) for given in node.keywords if given.arg == "if")


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _thawed(values: tuple[tuple[str, object], ...]) -> Mapping[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}
