"""Who owes a task: whom the case names for the role or for the one that stands in, else the holder of the post."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from engine.compiler.scope import Rows
from engine.compiler.timeline import UNKNOWN, Ints
from engine.compiler.world import World
from engine.model import Definitions

if TYPE_CHECKING:
    from engine.compiler.output import Found

STAFF = "staff"


def owners(
    world: World, found: Sequence["Found"], step_no: Ints, rows: Ints, over: Ints
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return for each task its role, its person (a case_id, null: the role's queue), and the role that it was
    escalated to (null: none). Where a campus has not filled a post the one that stands in takes its place.

    What is `over` stays with whom the case named then.
    """
    posts = pl.Series([str(each.step.role) for each in found], dtype=pl.String).gather(step_no)
    frame = pl.DataFrame({"campus": world.campus_of(rows), "role": posts, "hearer": _hearers(found, step_no)})
    frame = _with_stand_ins(world, frame)
    subjects = pl.Series([str(each.process.subject) for each in found], dtype=pl.String).gather(step_no)
    at = np.where(over == UNKNOWN, world.as_of, over)
    who = named(world, subjects, posts, rows, at)
    if not frame["role"].equals(posts):
        who = pl.select(pl.coalesce(who, named(world, subjects, frame["role"], rows, at)))[:, 0]
    return frame["role"], _persons(world, frame.with_columns(who.alias("named"))), frame["hearer"]


def _hearers(found: Sequence["Found"], step_no: Ints) -> pl.Series:
    """Return the role of the last rung that each task has reached."""
    roles = [str(rung.to) for each in found for rung in each.step.escalate]
    first = np.cumsum([0, *(len(each.step.escalate) for each in found)])[:-1]
    rung = np.concatenate([each.rung for each in found])
    place = np.where(rung < 0, len(roles), first[step_no] + rung)
    return pl.Series([*roles, None], dtype=pl.String).gather(place)


def stand_ins(definitions: Definitions) -> list[tuple[str, str, str]]:
    """Return who stands in where a campus has not filled a post: campus, post, who."""
    return [
        (str(campus), str(post), str(who))
        for overlay in definitions.overlays.values()
        for post, who in overlay.roles.items()
        for campus in overlay.campuses
    ]


def _with_stand_ins(world: World, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame (campus, role, hearer) with posts that are not filled replaced by who stands in."""
    others = [each for each in stand_ins(world.definitions) if world.has_campus(each[:1])]
    if not others:
        return frame
    table = pl.DataFrame(others, schema={"campus": pl.String, "post": pl.String, "who": pl.String}, orient="row")
    for name in ("role", "hearer"):
        joined = frame.join(
            table, left_on=["campus", name], right_on=["campus", "post"], how="left", maintain_order="left"
        )
        frame = frame.with_columns(pl.coalesce(joined["who"], name).alias(name))
    return frame


def named(world: World, subjects: pl.Series, roles: pl.Series, rows: Ints, at: Ints) -> pl.Series:
    """Return whom each case names for a role at a moment, null where nobody.

    A member of staff in that post is it; so is a case for the role that is called as its subject, "student".
    """
    pairs = pl.DataFrame({"subject": subjects, "role": roles}).with_row_index("place")
    values, count = [pl.Series([None], dtype=pl.String)], 1
    place = np.zeros(len(rows), np.int64)
    for (subject, role), part in pairs.group_by("subject", "role", maintain_order=True):
        mine = part["place"].to_numpy()
        value = _asked(world, str(subject), str(role), rows[mine], at[mine])
        if value is None:
            continue
        place[mine] = np.arange(count, count + len(mine))
        values.append(value)
        count += len(mine)
    return pl.concat(values).gather(place)


def _asked(world: World, subject: str, role: str, rows: Ints, at: Ints) -> pl.Series | None:
    """Return whom cases of a subject name for one role, None if they cannot name anybody."""
    own = world.cases["case_id"].gather(rows)
    if role == subject:
        return own
    known = world.definitions.subjects.get(subject)
    asked = "role" if subject == STAFF else role
    if known is None or asked not in known.fields:
        return None
    value = Rows(world, subject, rows, at).ask(asked).cast(pl.String)
    return pl.select(pl.when(value == role).then(own))[:, 0] if subject == STAFF else value


def _persons(world: World, frame: pl.DataFrame) -> pl.Series:
    """Return the person named, else the only holder of the post on the campus."""
    if world.staff is None or not len(world.staff):
        return frame["named"]
    one = pl.col("count") == 1
    holders = world.staff.group_by("campus", "role").agg(pl.col("case_id").first(), count=pl.len()).filter(one)
    joined = frame.join(holders, on=["campus", "role"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("named", "case_id"))[:, 0]
