"""A small school for the tests: its names, and a scope whose columns stand in a frame."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import polars as pl

from engine.expr import HistoryCall, Names, SpanValue, Type, Value
from engine.expr.types import DATE, MOMENT, MONEY, NUMBER, SPAN, TEXT, YES_NO, NameKind
from engine.model import Field, FieldType
from engine.text import Word

DAY = 86_400
PROGRAMMES = ("one_on_one", "small_class")


def _field(name: str, kind: FieldType, *of: str, required: bool = False, required_if: str | None = None) -> Field:
    condition = Word(required_if) if required_if else None
    return Field(Word(name), kind, choices=tuple(map(Word, of)), required=required, required_if=condition)


def _fields(*fields: Field) -> dict[str, Field]:
    return {str(each.name): each for each in fields}


class School(Names):
    """The names of the tests."""

    types: ClassVar[Mapping[str, Type]] = {
        "now": MOMENT,
        "start": MOMENT,
        "starts_at": MOMENT.or_unknown(),
        "paid": MONEY,
        "fee": MONEY.or_unknown(),
        "lessons": NUMBER,
        "grade": NUMBER.or_unknown(),
        "name": TEXT,
        "note": TEXT.or_unknown(),
        "ok": YES_NO,
        "excused": YES_NO.or_unknown(),
        "born": DATE.or_unknown(),
        "exam_on": DATE,
        "limit": SPAN,
        "with": Type("choice", ("parent", "student")),
        "programme": Type("choice", PROGRAMMES),
        "signed": Type("choices", ("parent", "student")),
        "teacher": Type("reference", to="staff"),
    }
    events: ClassVar[Mapping[str, Mapping[str, Field]]] = {
        "visit_logged": _fields(
            _field("with", "choice", "parent", "student", required=True),
            _field("minutes", "number"),
            _field("amount", "money", required=True),
            _field("outcome", "choice", "satisfied", "withdraw", required_if='with == "parent"'),
        ),
        "one_on_one.first_call": {},
    }
    tables: ClassVar[Mapping[str, Mapping[str, Field]]] = {
        "interval": _fields(_field("every", "duration")),
        "refund": _fields(_field("lessons", "number"), _field("charged", "money")),
    }

    def resolve(self, name: str) -> Type | None:
        return self.types.get(name)

    def event(self, name: str) -> Mapping[str, Field] | None:
        return self.events.get(name)

    def table(self, name: str) -> Mapping[str, Field] | None:
        return self.tables.get(name)

    def opening(self) -> Mapping[str, Field] | None:
        return self.events["visit_logged"]

    def step(self, name: str) -> bool:
        return name in ("first_call", "one_on_one.first_call")

    def known(self, kind: NameKind) -> Iterable[str]:
        known: dict[NameKind, Iterable[str]] = {"name": self.types, "event": self.events, "table": self.tables}
        return known.get(kind, ["first_call"])


class Desk:
    """A scope whose every answer is a column of the frame, and whose calendar knows UTC and no holidays."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.calls: list[HistoryCall] = []

    def name(self, name: str, /) -> Value:
        return pl.col(name)

    def history(self, call: HistoryCall, /) -> pl.Expr:
        self.calls.append(call)
        return pl.col("_".join(filter(None, (call.function, call.event, call.field))))

    def decide(self, table: str, output: str | None, /) -> Value:
        return pl.col(f"{table}_{output}") if output else pl.lit("2 days")

    def step_state(self, function: str, step: str, /) -> pl.Expr:
        return pl.col(f"{function}_{step}")

    def opening(self, field: str, /) -> Value:
        return pl.col(f"opening_{field}")

    def calendar(self, function: str, arguments: Sequence[Value], /) -> pl.Expr:
        if function == "add":
            moment, span = arguments
            assert isinstance(moment, pl.Expr)
            assert isinstance(span, SpanValue)
            days = span.days + span.working_days + span.months * 30
            return _seconds(moment) + days * DAY + span.seconds + span.working_seconds
        columns = [each for each in arguments if isinstance(each, pl.Expr)]
        return _CALENDAR[function](*columns)


def _seconds(moment: pl.Expr) -> pl.Expr:
    """Return a moment, or the beginning of a date: a date is small as a number of days."""
    number = moment.cast(pl.Int64)
    return pl.when(number.abs() < 100_000).then(number * DAY).otherwise(number)


_CALENDAR: Mapping[str, Callable[..., pl.Expr]] = {
    "end_of_day": lambda moment: (moment // DAY + 1) * DAY,
    "end_of_next_day": lambda moment: (moment // DAY + 2) * DAY,
    "start_of_day": lambda moment: moment // DAY * DAY,
    "weekday": lambda moment: (moment // DAY + 3) % 7 + 1,
    "is_weekend": lambda moment: (moment // DAY + 3) % 7 > 4,
    "hour": lambda moment: moment % DAY // 3600,
    "at_time": lambda moment, minute: moment // DAY * DAY + minute * 60,
    "date_of": lambda moment: (moment // DAY).cast(pl.Int32).cast(pl.Date),
    "days_between": lambda first, second: second // DAY - first // DAY,
    "close_of_workday": lambda moment, n: (moment // DAY + n) * DAY + 18 * 3600,
    "next_weekday_time": lambda moment, weekday, minute: moment + weekday * DAY + minute * 60,
}
