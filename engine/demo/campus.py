"""The year of a campus: the world's part written, the people's part played."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import polars as pl

from engine.calendars.zones import moment_of
from engine.compiler.plan import plan
from engine.demo.people import Play, play
from engine.demo.school import write
from engine.demo.script import Script
from engine.load.workspace import find_shipped, load
from engine.model import Definitions
from engine.session import Progress
from engine.store.base import NewEvent
from engine.store.log import case_frame

ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Size:
    """How many one-on-one students, small classes, students in them all, and members of staff."""

    students: int
    classes: int
    members: int
    staff: int


@dataclass(frozen=True)
class Year:
    """Cases (as `MemoryLog` takes them) and events, in no order."""

    definitions: Definitions
    cases: Sequence[Mapping[str, object]]
    events: Sequence[NewEvent]


def a_year(
    size: Size,
    random: Random,
    until: date,
    definitions: Definitions | None = None,
    *,
    now: int | None = None,
    progress: Progress | None = None,
) -> Year:
    """Return the twelve months up to 8:00 of a day, but nothing after `now`: people begin before the day does."""
    known = definitions or load([find_shipped("processes")]).definitions
    morning = moment_of(f"{until} 08:00", ZONE)
    end = morning if now is None else min(morning, now)
    begin = moment_of(f"{until - timedelta(days=365)} 09:00", ZONE)
    script = Script(known, random, begin, end)
    write(script, size.students, size.classes, size.members, size.staff)
    cases = case_frame(script.cases)
    posts = cases.filter(pl.col("subject") == "staff").select(
        "campus", pl.col("fields").str.json_path_match("$.role").alias("role"), "case_id"
    )
    facts = [each["fields"] if isinstance(each["fields"], dict) else {} for each in script.cases]
    world = Play(plan(known), cases, posts, facts, script.events, end, script.around, script.days)
    events = play(world, progress)
    return Year(known, script.cases, events)
