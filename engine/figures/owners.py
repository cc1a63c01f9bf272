"""For whom a figure is: the campus, the person or the case that a row of facts belongs to."""

import polars as pl

from engine.compiler.scope import Rows
from engine.model import Definitions

FIXED = ("all", "campus", "case")


def owners(scope: Rows, per: str) -> pl.Series:
    """Return, for each row of a scope, whom `per` names; null where nobody."""
    if per == "all":
        return pl.repeat("", len(scope.rows), eager=True, dtype=pl.String)
    if per == "campus":
        return scope.world.campus_of(scope.rows).cast(pl.String)
    case_ids = scope.world.cases["case_id"].gather(scope.rows)
    return case_ids if per == "case" else _named(scope, case_ids, per)


def _named(scope: Rows, case_ids: pl.Series, per: str) -> pl.Series:
    """Return whom the event or the case names; a member of staff is meant by their own post."""
    if scope.columns is not None and per in scope.columns.columns:
        return scope.columns[per].cast(pl.String)
    if is_fact(scope.world.definitions, scope.subject, per):
        return scope.ask(per).cast(pl.String)
    if scope.subject == "staff":
        return _staff_of_role(scope, case_ids, per)
    return pl.repeat(None, len(scope.rows), eager=True, dtype=pl.String)


def _staff_of_role(scope: Rows, case_ids: pl.Series, role: str) -> pl.Series:
    if not is_fact(scope.world.definitions, "staff", "role"):
        return case_ids
    return case_ids.set(scope.ask("role").fill_null("") != role, None)


def is_fact(definitions: Definitions, subject: str, name: str) -> bool:
    """Return whether cases of a subject have a field of this name."""
    found = definitions.subjects.get(subject)
    return found is not None and name in found.fields
