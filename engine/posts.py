"""Who holds which post on which campus."""

from typing import Final

import numpy as np
import polars as pl

from engine.compiler.assignees import STAFF
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
