"""Who owes a task: the person whom the case names for the role, else the one who holds the post on the campus."""

import numpy as np
import polars as pl

from engine.compiler.scope import Rows
from engine.compiler.timeline import Ints
from engine.compiler.world import World
from engine.model import Process, Step


def assignees(world: World, process: Process, step: Step, rows: Ints) -> tuple[pl.Series, pl.Series]:
    """Return the role and the person (a staff case_id, null: the role's queue) of each task."""
    role = stand_in(world, str(step.role), rows)
    if process.subject == "staff":
        return role, world.cases["case_id"].gather(rows)
    subject = world.definitions.subjects.get(str(process.subject))
    named = pl.repeat(None, len(rows), eager=True, dtype=pl.String)
    if subject and step.role in subject.fields:
        named = Rows(world, str(process.subject), rows, np.full(len(rows), world.as_of)).ask(step.role).cast(pl.String)
    if world.staff is None or not len(world.staff):
        return role, named
    holders = (
        world.staff.group_by("campus", "role")
        .agg(pl.col("case_id").first(), count=pl.len())
        .filter(pl.col("count") == 1)
    )
    frame = pl.DataFrame({"campus": world.campus_of(rows), "role": role, "named": named})
    found = frame.join(holders, on=["campus", "role"], how="left", maintain_order="left")
    return role, found.select(who=pl.coalesce("named", "case_id"))["who"]


def stand_in(world: World, role: str, rows: Ints) -> pl.Series:
    """Return the role, or on a campus where that post is not filled the one that stands in."""
    answer = pl.repeat(role, len(rows), eager=True, dtype=pl.String)
    for overlay in world.definitions.overlays.values():
        other = {str(post): str(who) for post, who in overlay.roles.items()}.get(role)
        if other and world.has_campus(overlay.campuses):
            there = world.campus_of(rows).is_in([str(each) for each in overlay.campuses])
            answer = answer.set(there, other) if len(answer) else answer
    return answer
