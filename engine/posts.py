"""Who holds which post on which campus, and whom cases name for a post."""

from typing import Final

import numpy as np
import polars as pl

from engine.compiler.assignees import STAFF, named
from engine.compiler.scope import Rows
from engine.compiler.world import World
from engine.model import Definitions
from engine.store.base import FACTS, CaseStore

POSTS: Final = pl.Schema({"campus": pl.String(), "role": pl.String(), "case_id": pl.String()})


def posts(
    definitions: Definitions, store: CaseStore, as_of: int, last_event: int | None = None, known_at: int | None = None
) -> pl.DataFrame:
    """Return who holds which post as of a moment, as `POSTS`; of what was typed in up to an event or a moment."""
    if STAFF not in definitions.subjects or "role" not in definitions.subjects[STAFF].fields:
        return POSTS.to_frame()
    staff = store.cases(STAFF)
    setters = [str(each.name) for each in definitions.events.values() if each.subject == STAFF and "role" in each.sets]
    log = store.log(definitions, staff["case_no"], as_of, known_at, last_event, [*FACTS, *setters])
    world = World(definitions, staff, log, as_of)
    rows = np.arange(len(world.cases))
    roles = Rows(world, STAFF, rows, np.full(len(rows), as_of)).ask("role").cast(pl.String)
    return world.cases.select("campus", roles.alias("role"), "case_id").drop_nulls("role")


def hearers(definitions: Definitions, store: CaseStore, tasks: pl.DataFrame, as_of: int) -> pl.Series:
    """Return whom the case of each task names for the role that the task went up to, null where nobody.

    What is over stays with whom the case named then.
    """
    asked = {
        (subject, role)
        for subject, role in tasks.select("subject", "escalated_to").unique().iter_rows()
        if subject in definitions.subjects and role in definitions.subjects[subject].fields
    }
    pairs = pl.DataFrame(list(asked), schema={"subject": pl.String, "escalated_to": pl.String}, orient="row")
    told = tasks.with_row_index("place").join(pairs, on=["subject", "escalated_to"], how="inner")
    answer = pl.repeat(None, len(tasks), dtype=pl.String, eager=True)
    if told.is_empty():
        return answer
    events = definitions.events.values()
    setters = [str(each.name) for each in events if any((each.subject, str(field)) in asked for field in each.sets)]
    case_nos = told["case_no"].unique().sort()
    log = store.log(definitions, case_nos, as_of, types=[*FACTS, *setters])
    world = World(definitions, log.cases(), log, as_of)
    rows = np.searchsorted(world.case_nos, told["case_no"].to_numpy()).astype(np.int64)
    at = told.select(pl.coalesce("closed_at", "cancelled_at", pl.lit(as_of)).cast(pl.Int64))[:, 0].to_numpy()
    return answer.scatter(told["place"], named(world, told["subject"], told["escalated_to"], rows, at))
