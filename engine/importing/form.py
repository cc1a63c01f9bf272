"""A form over many rows: every field converted, limits kept, nothing missing that is required."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from engine.compiler.closing import is_settled_by
from engine.compiler.reads import tree_of
from engine.expr.columns import evaluate
from engine.expr.parse import Tree
from engine.expr.scope import HistoryCall, Value
from engine.expr.surroundings import Surroundings
from engine.expr.types import Names
from engine.frames import FIELD_DTYPES
from engine.importing.convert import as_json, convert
from engine.model import Definitions, Field


@dataclass(frozen=True, slots=True)
class BadRows:
    """Rows of one field that can't be taken, and why (a key of faults)."""

    name: str
    key: str
    rows: pl.Series
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as filled in: values by field, JSON text by row, what is wrong, how many moments had no time of day."""

    values: pl.DataFrame
    data: pl.Series
    bad: tuple[BadRows, ...]
    date_only: int


def fill(
    definitions: Definitions,
    subject: str,
    fields: Mapping[str, Field],
    texts: Mapping[str, pl.Series],
    zones: pl.Series,
    *,
    complete: bool = True,
) -> Filled:
    """Return the form of each row. `texts` are clean, `zones` each row's zone; `complete` looks for what is missing."""
    columns: dict[str, pl.Series] = {}
    bad: list[BadRows] = []
    date_only = 0
    for name, what in fields.items():
        if name not in texts:
            continue
        found = convert(what, texts[name], zones)
        columns[name] = found.values.alias(name)
        date_only += found.date_only
        bad += _bad(name, found.key, found.bad, found.details)
        bad += _limits(name, what, found.values)
    height = len(zones)
    ids = {name for name, what in fields.items() if what.type == "choice" and what.choices}
    data = as_json(columns, ids) if columns else pl.Series(["{}"]).new_from_index(0, height)
    frame = _whole(columns, fields, height)
    if complete:
        bad += _missing(definitions, subject, fields, frame, texts)
    return Filled(frame, data, tuple(bad), date_only)


def _whole(columns: Mapping[str, pl.Series], fields: Mapping[str, Field], height: int) -> pl.DataFrame:
    dtypes = {name: FIELD_DTYPES[what.type] for name, what in fields.items()}
    empty = {name: pl.Series(name, [None], dtype=dtype) for name, dtype in dtypes.items()}
    every = [columns[name] if name in columns else empty[name].new_from_index(0, height) for name in fields]
    return pl.DataFrame(every) if every else pl.DataFrame({"": [0] * height})


def _bad(name: str, key: str, mask: pl.Series, details: Mapping[str, object]) -> list[BadRows]:
    return [BadRows(name, key, mask.arg_true(), details)] if mask.any() else []


def _limits(name: str, what: Field, values: pl.Series) -> list[BadRows]:
    found: list[BadRows] = []
    for key, limit in (("at_least", what.at_least), ("at_most", what.at_most)):
        if limit is not None and what.type in ("number", "money"):
            numbers = values.cast(pl.Float64)
            beyond = (numbers < limit) if key == "at_least" else (numbers > limit)
            found += _bad(name, key, beyond.fill_null(value=False), {"limit": f"{limit:g}"})
    return found


def _missing(
    definitions: Definitions,
    subject: str,
    fields: Mapping[str, Field],
    frame: pl.DataFrame,
    texts: Mapping[str, pl.Series],
) -> list[BadRows]:
    """Report what is required and not there; a text that could not be converted has been reported already."""
    found: list[BadRows] = []
    for name, what in fields.items():
        absent = texts[name].is_null() if name in texts else frame[name].is_null()
        if what.required:
            found += _bad(name, "required", absent, {})
        elif what.required_if is not None and absent.any() and is_settled_by(fields, what.required_if):
            condition = _holds(tree_of(what.required_if), _FormScope(definitions, subject, fields), frame)
            found += _bad(name, "required_if", absent & condition, {"condition": str(what.required_if)})
    return found


def _holds(tree: Tree, scope: "_FormScope", frame: pl.DataFrame) -> pl.Series:
    value = evaluate(tree, scope)
    if not isinstance(value, pl.Expr):
        return pl.Series([False]).new_from_index(0, frame.height)
    answer = frame.with_columns(value.cast(pl.Boolean).alias("\N{NULL}")).get_column("\N{NULL}")
    return answer.fill_null(value=False)


class _FormScope:
    """Names are the fields of the form; nothing else is asked for."""

    def __init__(self, definitions: Definitions, subject: str, fields: Mapping[str, Field]) -> None:
        self.names: Names = Surroundings(definitions, subject, fields=fields)

    def name(self, name: str, /) -> Value:
        return pl.col(name)

    def history(self, _call: HistoryCall, /) -> pl.Expr:
        return _UNKNOWN

    def calendar(self, _function: str, _arguments: Sequence[Value], /) -> pl.Expr:
        return _UNKNOWN

    def decide(self, _table: str, _output: str | None, /) -> Value:
        return _UNKNOWN

    def step_state(self, _function: str, _step: str, /) -> pl.Expr:
        return _UNKNOWN

    def opening(self, _field: str, /) -> Value:
        return _UNKNOWN


_UNKNOWN = pl.lit(None)
