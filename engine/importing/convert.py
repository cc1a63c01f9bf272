"""A column of texts as a column of a field's type, and the rows whose text does not fit."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from engine.frames import FIELD_DTYPES
from engine.importing.moments import Read, dates_of, moments_of
from engine.model import Field

LONGEST_TEXT: Final = 10_000
_YES: Final = ("是", "对", "有", "√", "✓", "yes", "y", "true", "1", "1.0")
_NO: Final = ("否", "不是", "错", "无", "×", "✗", "no", "n", "false", "0", "0.0")
_MONEY: Final = r"^-?\d{1,15}(\.\d{1,2}0*)?$"
_UNITS: Final = "minutes?|hours?|working_hours?|days?|working_days?|weeks?|months?"
_SPAN: Final = rf"^\d+(\.\d+)? ({_UNITS})$"
_BETWEEN_CHOICES: Final = r"\s*[,;、，；|/\n]\s*"


@dataclass(frozen=True, slots=True)
class Converted:
    """The values, the mask of the rows that do not fit, and why (a key of faults)."""

    values: pl.Series
    bad: pl.Series
    key: str
    details: Mapping[str, object] = field(default_factory=dict)
    date_only: int = 0


def clean(texts: pl.Series) -> pl.Series:
    """Return texts without blanks around them; an empty one is null."""
    return texts.to_frame("text").select(cleaned("text")).to_series().alias(texts.name)


def cleaned(name: str) -> pl.Expr:
    """Return a column of texts, each without blanks around it; an empty one is null."""
    stripped = pl.col(name).str.strip_chars()
    return pl.when(stripped != "").then(stripped).alias(name)


def convert(what: Field, texts: pl.Series, zones: pl.Series) -> Converted:
    """Return clean texts as values of a field; null stays null."""
    match what.type:
        case "number":
            values = _numbers(texts)
        case "money":
            values = _plain_numbers(texts.str.replace_all(r"[¥￥元]", ""))
            values = values.set(~values.str.contains(_MONEY).fill_null(value=True), None)
            values = values.cast(FIELD_DTYPES["money"], strict=False)
        case "yes_no":
            pairs = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
            values = texts.str.to_lowercase().replace_strict(pairs, default=None, return_dtype=pl.Boolean)
        case "choice":
            values = _choice(what, texts)
        case "choices":
            values = _choices(what, texts)
        case "moment":
            read = Read(texts)
            values = moments_of(read, zones)
            return Converted(values, _unfit(values, texts), "moment", date_only=int(read.date_only.sum()))
        case "date":
            values = dates_of(texts)
        case "duration":
            values = texts.set(~texts.str.contains(_SPAN).fill_null(value=True), None)
        case _:
            values = texts.set((texts.str.len_chars() > LONGEST_TEXT).fill_null(value=False), None)
    key = what.type if what.type != "reference" else "text"
    return Converted(values, _unfit(values, texts), key, _details(what))


def _unfit(values: pl.Series, texts: pl.Series) -> pl.Series:
    return values.is_null() & texts.is_not_null()


def _numbers(texts: pl.Series) -> pl.Series:
    values = texts.cast(pl.Float64, strict=False)
    others = _unfit(values, texts).arg_true()
    if len(others):
        values = values.scatter(others, _plain_numbers(texts.gather(others)).cast(pl.Float64, strict=False))
    return values.set(~values.is_finite().fill_null(value=True), None)


def _plain_numbers(texts: pl.Series) -> pl.Series:
    """Return numbers as Python would write them: full-width digits, thousands commas and blanks are gone."""
    return (
        texts.str.normalize("NFKC")
        .str.replace_all(r"(\d),(\d{3})", "$1$2")
        .str.replace_all(r"(\d),(\d{3})", "$1$2")
        .str.strip_chars()
    )


def choice_names(what: Field) -> dict[str, str]:
    """Return what may be written for each choice: its id, or a title of it."""
    names: dict[str, str] = {}
    for choice in what.choices:
        title = what.choice_titles.get(choice)
        for name in (title.zh, title.en) if title else ():
            names.setdefault(name.casefold(), str(choice))
    return names | {str(choice).casefold(): str(choice) for choice in what.choices}


def _choice(what: Field, texts: pl.Series) -> pl.Series:
    if not what.choices:
        return texts
    return texts.str.to_lowercase().replace_strict(choice_names(what), default=None, return_dtype=pl.String)


def _choices(what: Field, texts: pl.Series) -> pl.Series:
    names = choice_names(what)
    found: dict[str, list[str] | None] = {}
    for text in texts.drop_nulls().unique():
        parts = [part for part in re.split(_BETWEEN_CHOICES, text.casefold()) if part]
        known = [names.get(part) if names else part for part in parts]
        found[text] = None if None in known else sorted({each for each in known if each})
    values = [None if text is None else found[text] for text in texts]
    return pl.Series(values, dtype=pl.List(pl.String))


def _details(what: Field) -> dict[str, object]:
    shown = [_with_title(what, str(choice)) for choice in what.choices]
    return {"choices": ", ".join(shown), "limit": LONGEST_TEXT}


def _with_title(what: Field, choice: str) -> str:
    title = what.choice_titles.get(choice)
    return f"{choice} ({title.zh})" if title and title.zh and title.zh != choice else choice


def as_json(values: Mapping[str, pl.Series], ids: Container[str] = ()) -> pl.Series:
    """Return one JSON object a row, as `store.typed.to_json` writes it: sorted names, what is null left out.

    The columns named in `ids` hold ids, which need no escapes.
    """
    columns = [values[name].alias(name) for name in sorted(values)]
    members = [_member(column, is_plain=column.name in ids or _is_plain(column)) for column in columns]
    # Each member begins with a comma; that of the first one there is has to go.
    body = pl.concat_str([piece for member in members for piece in member]).str.strip_prefix(",")
    return pl.DataFrame(columns).select(pl.concat_str(pl.lit("{"), body, pl.lit("}")).alias("data")).to_series()


def _member(values: pl.Series, *, is_plain: bool) -> list[pl.Expr]:
    """Return the pieces of text of one member: many small ones, as joining all of them at once is quickest."""
    column = pl.col(values.name)
    name = f',"{values.name}":'
    if values.dtype in (pl.Boolean, pl.Float64, pl.Int64):
        pieces = [pl.lit(name), column.cast(pl.String)]
    elif values.dtype in (pl.Decimal, pl.Date) or is_plain:
        pieces = [pl.lit(name + '"'), column.cast(pl.String), pl.lit('"')]
    else:  # the encoder writes {"name":value}, braces and all
        written = pl.struct(column).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")
        pieces = [pl.lit(","), written]
    if values.null_count():
        return [pl.when(column.is_not_null()).then(pl.concat_str(pieces)).otherwise(pl.lit(""))]
    return pieces


def _is_plain(texts: pl.Series) -> bool:
    return texts.dtype == pl.String and not texts.str.contains(r'["\\\x00-\x1f\x7f]').any()
