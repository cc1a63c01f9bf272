"""Between events as stored (their form's values as JSON text) and columns of the form's types."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from engine.frames import EVENTS, FIELD_DTYPES
from engine.model import Definitions, Field
from engine.store.base import NewEvent

#: Events as the store holds them.
RAW: Final = pl.Schema(
    {
        "event_id": pl.Int64(),
        "case_no": pl.Int64(),
        "type": pl.String(),
        "at": pl.Int64(),
        "recorded_at": pl.Int64(),
        "data": pl.String(),
    }
)

Shape = dict[str, pl.DataType]

_SYSTEM: Final[dict[str, Shape]] = {
    "set": {"data": pl.String()},  # its fields are those of the case; `read_fact` takes them out one by one
    "void": {"event_id_voided": pl.Int64(), "why": pl.String()},
    "waive": {"step": pl.String(), "key": pl.String(), "by": pl.String(), "why": pl.String()},
}
#: What NDJSON gives for a type; dates and money travel as text.
_AS_JSON: Final[dict[pl.DataType, pl.DataType]] = {pl.Date(): pl.String(), pl.Decimal(18, 2): pl.String()}
_SHORT: Final = 1_000  # texts that Python joins sooner than an operation of polars has begun
_NAMES_IN_DATA: Final = {"event_id_voided": "event_id"}


def form_of(definitions: Definitions, event: str) -> Mapping[str, Field] | None:
    """Return the form of an event, a step's own closing event included; None where nothing defines the event."""
    found = definitions.events.get(event)
    if found is not None:
        return found.fields
    name, _, step = event.partition(".")
    process = definitions.processes.get(name)
    if process is not None and step in process.steps and process.steps[step].form:
        return process.steps[step].form
    return None


def shape_of(definitions: Definitions, event: str) -> Shape:
    """Return the columns that an event of this type has beyond `frames.EVENTS`."""
    if event in _SYSTEM:
        return _SYSTEM[event]
    form = form_of(definitions, event)
    if form is None:
        return {"data": pl.String()}
    return {str(name): FIELD_DTYPES[field.type] for name, field in form.items()}


def decode(rows: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """Return stored rows of one type (as RAW) as typed rows, in the order given.

    A value that does not fit its field's type (the definition has changed since) is unknown.
    """
    leading = [rows[name] for name in EVENTS]
    if list(shape) == ["data"]:
        return pl.DataFrame([*leading, rows["data"]])
    return pl.DataFrame([*leading, *decode_json(rows["data"], shape).get_columns()])


def decode_json(texts: pl.Series, shape: Shape) -> pl.DataFrame:
    """Return the members of JSON objects, one a row, as columns; null or missing is null."""
    if texts.is_empty() or not shape:
        return pl.DataFrame(schema=shape)
    if len(texts) > _SHORT:
        lines = str(texts.fill_null("{}").str.join("\n").item())
    else:
        lines = "\n".join(text or "{}" for text in texts)
    as_json = {_NAMES_IN_DATA.get(name, name): _AS_JSON.get(dtype, dtype) for name, dtype in shape.items()}
    frame = pl.read_ndjson(lines.encode(), schema=as_json, ignore_errors=True)
    pairs = zip(frame.get_columns(), shape.items(), strict=True)
    return pl.DataFrame([_from_json(column, dtype).alias(name) for column, (name, dtype) in pairs])


def _from_json(column: pl.Series, dtype: pl.DataType) -> pl.Series:
    if dtype not in _AS_JSON:
        return column
    return column.str.to_date("%Y-%m-%d", strict=False) if dtype == pl.Date() else column.cast(dtype, strict=False)


def read_fact(texts: pl.Series, name: str, dtype: pl.DataType) -> pl.Series:
    """Return one member of JSON objects as a column."""
    return decode_json(texts, {name: dtype}).get_column(name)


def to_json(data: Mapping[str, object]) -> str | None:
    """Return data as the store keeps it: one text for equal data; None for nothing.

    >>> to_json({"minutes": 30, "with": "parent"})
    '{"minutes":30,"with":"parent"}'
    """
    if not data:
        return None
    return json.dumps(dict(sorted(data.items())), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def raw_rows(events: Sequence[NewEvent], first_id: int = 1) -> pl.DataFrame:
    """Return events as stored rows, numbered from `first_id`, with who typed them in."""
    columns = {
        "event_id": list(range(first_id, first_id + len(events))),
        "case_no": [each.case_no for each in events],
        "type": [each.type for each in events],
        "at": [each.at for each in events],
        "recorded_at": [each.recorded_at for each in events],
        "data": [to_json(each.data) for each in events],
        "by": [each.by for each in events],
    }
    return pl.DataFrame(columns, schema={**RAW, "by": pl.String()})
