"""The monthly sample of files to audit: the same list for whoever draws it."""

from hashlib import sha256
from math import ceil

import polars as pl


def audit_sample(cases: pl.DataFrame, month: str, share: float = 0.1, subject: str = "student") -> pl.DataFrame:
    """Return the cases drawn at each campus in a month ("2026-03"): campus, case_id, order of drawing.

    The draw follows from month, campus and case alone, rounded up and at least one of each campus:
    >>> cases = pl.DataFrame({"case_id": [f"S-{n}" for n in range(31)], "subject": "student", "campus": "xuhui"})
    >>> audit_sample(cases, "2026-03").height, audit_sample(cases.head(3), "2026-03").height
    (4, 1)
    """
    mine = cases.filter(pl.col("subject") == subject).select(pl.col("campus").cast(pl.String), "case_id").unique()
    pairs = list(mine.iter_rows())
    drawn = [sha256(f"{month}/{campus}/{case_id}".encode()).hexdigest() for campus, case_id in pairs]
    ordered = mine.with_columns(pl.Series("lot", drawn, dtype=pl.String)).sort("campus", "lot")
    ranked = ordered.with_columns(order=pl.int_range(1, pl.len() + 1).over("campus"), files=pl.len().over("campus"))
    # a share of a tenth has no exact binary form: 0.1 * 30 must be 3, not 4
    wanted = pl.max_horizontal((pl.col("files") * share).round(6).ceil(), pl.lit(1.0))
    return ranked.filter(pl.col("order") <= wanted).select("campus", "case_id", "order")


def sample_size(files: int, share: float) -> int:
    """Return how many of so many files are drawn.

    >>> sample_size(30, 0.1), sample_size(31, 0.1), sample_size(0, 0.1)
    (3, 4, 0)
    """
    return max(ceil(round(files * share, 6)), 1) if files else 0
