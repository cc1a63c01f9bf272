"""Whether two sides give the same answer: the same tasks, in the same state, due at the same moments."""

import polars as pl

from benchmarks.ours import ANSWER


class Disagreement(Exception):  # noqa: N818, it is no error of the program
    """Two sides gave different answers."""


def check(name: str, ours: pl.DataFrame, theirs: pl.DataFrame) -> None:
    """Raise unless both frames (columns ANSWER) have the same rows."""
    one, other = (_comparable(each) for each in (ours, theirs))
    if one.equals(other):
        return
    lacking = one.join(other, on=ANSWER, how="anti", nulls_equal=True)
    excess = other.join(one, on=ANSWER, how="anti", nulls_equal=True)
    raise Disagreement(
        f"{name} gives {other.height} tasks, dueline {one.height};"
        f" {lacking.height} of dueline's are not there: {lacking.head(3).rows()};"
        f" {excess.height} are others: {excess.head(3).rows()}"
    )


def _comparable(tasks: pl.DataFrame) -> pl.DataFrame:
    """Return the rows sorted; what waits has no due moment, and whom it went to is then no matter."""
    told = pl.when(pl.col("state") != "waiting").then("escalated_to")
    return tasks.select(ANSWER).with_columns(told.alias("escalated_to")).sort(ANSWER)
