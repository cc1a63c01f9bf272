"""What a file of figures defines: each figure is a formula over events, a count of cases or tasks, or a ranking."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model import Definitions, Title
from engine.text import NOWHERE, Span, Word

PERIODS = ("day", "week", "month", "quarter", "named", "range")
"""`named`: one period for each name found in `dated_by`, such as terms. `range`: the whole of the days asked about."""

WAYS = ("sum", "mean", "min", "max")
_MONTH, _CAMPUS = Word("month"), Word("campus")
FORMS = ("value", "cases", "tasks", "rank")
"""A figure has exactly one of these keys; `value` may stand beside `cases`, as what is summed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `per` says for whom: "all", "campus", "case", or a field of the case that names somebody."""

    name: Word
    title: Title = field(default_factory=Title)
    value: Word | None = None  # a formula over events, other figures and parameters; with `cases`: over a case
    cases: Word | None = None  # a subject: its cases at the end of the period for which `condition` holds
    tasks: tuple[Word, ...] = ()  # process.step: their tasks due in the period for which `condition` holds
    rank: Word | None = None  # a formula over figures: 1 is the highest (or, with `lowest_first`, the lowest)
    condition: Word | None = None
    how: str = "sum"
    lowest_first: bool = False
    per: tuple[Word, ...] = (_CAMPUS,)
    period: Word = _MONTH
    earlier: int = 0  # what happened so many periods before counts
    dated_by: Word | None = None  # the field of the events that says which period they are for
    target: Word | None = None
    unit: str = ""
    source: tuple[Word, ...] = ()
    help: Title = field(default_factory=Title)
    span: Span = NOWHERE


def figures_of(definitions: Definitions) -> dict[str, Figure]:
    """Return the figures that the definitions hold, in the order of the files."""
    return {str(name): _figure(Word(name, _span(name)), each) for name, each in definitions.figures.items()}


def _figure(name: Word, data: object) -> Figure:
    if isinstance(data, Figure):
        return data
    read = data if isinstance(data, Mapping) else {}
    return Figure(
        name=name,
        title=_title(read.get("title")),
        value=_word(read.get("value")),
        cases=_word(read.get("cases")),
        tasks=_words(read.get("tasks")),
        rank=_word(read.get("rank")),
        condition=_word(read.get("if")),
        how=str(_word(read.get("how")) or "sum"),
        lowest_first=_is_true(read.get("lowest_first")),
        per=_words(read.get("per")) or (_CAMPUS,),
        period=_word(read.get("period")) or _MONTH,
        earlier=int(_word(read.get("earlier")) or 0),
        dated_by=_word(read.get("dated_by")),
        target=_word(read.get("target")),
        unit=str(read.get("unit") or ""),
        source=_words(read.get("source")),
        help=_title(read.get("help")),
        span=_span(name),
    )


def _span(value: object) -> Span:
    return getattr(value, "span", NOWHERE)


def _word(value: object) -> Word | None:
    if value is None:
        return None
    return value if isinstance(value, Word) else Word(str(value), _span(value))


def _words(value: object) -> tuple[Word, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(word for each in items if (word := _word(each)) is not None)


def _is_true(value: object) -> bool:
    return value is True or str(value) in ("yes", "true")


def _title(value: object) -> Title:
    if isinstance(value, Mapping):
        return Title(str(value.get("zh") or ""), str(value.get("en") or ""))
    return Title(str(value), str(value)) if value is not None else Title()
