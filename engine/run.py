"""The main function: (plan, cases, log, as_of) -> tasks. It reads no clock and writes nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.calendars.table import OutOfRange
from engine.compiler.opened import Duty
from engine.compiler.output import Found, assemble
from engine.compiler.pauses import Pauses, pauses_of
from engine.compiler.plan import Plan
from engine.compiler.steps import tasks_of
from engine.compiler.world import Known, World
from engine.decisions.columns import DecisionOverlap
from engine.frames import Log
from engine.model import Process
from engine.problems import Refused


@dataclass(frozen=True)
class Run:
    """The tasks, a row each, as `frames.TASKS`; and when each case must be looked at again though nothing happens:
    columns case_no, wake_at. `reached` names the branches that some task took, where that was asked.
    """

    tasks: pl.DataFrame
    wakes: pl.DataFrame
    reached: frozenset[str] = frozenset()


def run(
    plan: Plan,
    cases: pl.DataFrame,
    log: Log,
    as_of: int,
    *,
    staff: pl.DataFrame | None = None,
    known: Known | None = None,
    steps: Collection[str] | None = None,
    trace: bool = False,
) -> Run:
    """Return what the cases owe as of a moment.

    `staff` (campus, role, case_id) says who holds which post. With `known`, what an earlier run has shown, tasks that
    are over and were not open then are left out. `steps` ("process.step"): only these. `trace` fills `reached`.
    """
    world = World(plan.definitions, cases, log, as_of, staff, known)
    world.watched |= plan.watched
    world.surroundings = plan.surroundings
    world.reached = set() if trace else None
    try:
        found = list(_found(world, plan, steps))
    except _Failed as failed:
        case_id = _culprit(plan, world, failed.step)
        raise Refused(f'case "{case_id}": step "{failed.step}" cannot be worked out: {failed.__cause__}') from failed
    return Run(assemble(world, found), _wakes(world), frozenset(world.reached or ()))


class _Failed(Exception):  # noqa: N818, it never leaves this module
    """A step cannot be worked out for some case; the cause says why."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def _found(world: World, plan: Plan, steps: Collection[str] | None) -> Iterator[Found]:
    """Yield the tasks of the steps in turn (None: of all)."""
    wanted = None if steps is None else plan.with_asked(steps)
    pauses: dict[str, Pauses] = {}
    for process, step in plan.steps:
        duty = Duty(world, process, step)
        if process.subject not in world.subjects or (wanted is not None and duty.name not in wanted):
            continue
        try:
            tasks = tasks_of(duty, _pauses(world, process, pauses))
        except (OutOfRange, DecisionOverlap) as wrong:
            raise _Failed(duty.name) from wrong
        if tasks is not None and (steps is None or duty.name in steps):
            yield tasks


def _culprit(plan: Plan, world: World, step: str) -> str:
    """Return the case for which a step cannot be worked out, by halving those among which it is."""
    cases = world.cases
    while len(cases) > 1:
        half = cases.head(len(cases) // 2)
        part = World(plan.definitions, half, world.log, world.as_of, world.staff)
        part.watched |= plan.watched
        try:
            list(_found(part, plan, [step]))
        except _Failed:
            cases = half
        else:
            cases = cases.tail(len(cases) - len(half))
    return str(cases["case_id"][0])


def _pauses(world: World, process: Process, known: dict[str, Pauses]) -> Pauses:
    if process.name not in known:
        known[process.name] = pauses_of(world, process)
    return known[process.name]


def _wakes(world: World) -> pl.DataFrame:
    """Return a row for every case: the next moment at which time alone may change what it owes, null if none."""
    rows = np.concatenate([each[0] for each in world.wakes]) if world.wakes else np.zeros(0, np.int64)
    at = np.concatenate([each[1] for each in world.wakes]) if world.wakes else np.zeros(0, np.int64)
    next_at = np.full(len(world.case_nos), np.iinfo(np.int64).max)
    np.minimum.at(next_at, rows, at)
    wake_at = pl.Series("wake_at", next_at)
    return pl.DataFrame(
        {"case_no": world.cases["case_no"], "wake_at": wake_at.set(wake_at == np.iinfo(np.int64).max, None)}
    )
