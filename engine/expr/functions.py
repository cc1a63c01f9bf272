"""The functions of the language: arguments, result, and a line of documentation in both languages."""

from dataclasses import dataclass
from typing import Final, Literal

from engine.expr.phrases import LAST_WORKDAY_BEFORE, NEXT_WEEKDAY, PHRASES

#: What an argument is. `field` is a field of the event before it, `instant` a moment or a date, `constant` a
#: whole number written out, `clock` a text like "17:00", `member` one of the choices before it,
#: `ordered` a number, money or a moment, `amount` a number or money, `measured` a field of the event that is `ordered`.
Argument = Literal[
    "event",
    "field",
    "measured",
    "amount_field",
    "opening_field",
    "table",
    "output",
    "step",
    "any",
    "moment",
    "instant",
    "date",
    "amount",
    "ordered",
    "constant",
    "clock",
    "text",
    "choices",
    "member",
]
Group = Literal["history", "known", "calendar", "table", "plain", "step", "opening"]
Keyword = Literal["if", "since", "within"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `result` is a kind, or "field" (the field's type), "common" (that of the arguments), "output"."""

    name: str
    group: Group
    arguments: tuple[Argument, ...]
    result: str
    zh: str
    en: str
    keywords: tuple[Keyword, ...] = ()
    maybe: bool = False  # the result may be unknown even if every argument is known
    fewest: int = -1  # how many arguments are needed; -1: all
    repeats: bool = False  # the last argument may come again

    @property
    def usage(self) -> str:
        """How the function is written, as in `count(EVENT, if=, since=, within=)`."""
        words = [_WORDS.get(each, each.upper()) for each in self.arguments]
        words += [f"{each}=" for each in self.keywords]
        return f"{self.name}({', '.join(words)}{', ...' if self.repeats else ''})"


_WORDS: Final[dict[str, str]] = {
    "measured": "FIELD",
    "amount_field": "FIELD",
    "opening_field": "FIELD",
    "instant": "MOMENT",
    "amount": "NUMBER",
    "ordered": "VALUE",
    "any": "VALUE",
    "constant": "DIGITS",
    "clock": '"17:00"',
    "member": '"x"',
}
_ALL: Final[tuple[Keyword, ...]] = ("if", "since", "within")
_IF: Final[tuple[Keyword, ...]] = ("if",)
_TWO: Final[tuple[Argument, ...]] = ("instant", "instant")


def _history() -> tuple[Function, ...]:
    return (
        Function("count", "history", ("event",), "number", "发生了几次", "how many there were", _ALL),
        Function(
            "sum", "history", ("event", "amount_field"), "field", "某一项合计", "the field's sum; 0 if none", _ALL
        ),
        Function(
            "min", "history", ("event", "measured"), "field", "某一项最小值", "the field's least", _ALL, maybe=True
        ),
        Function(
            "max", "history", ("event", "measured"), "field", "某一项最大值", "the field's greatest", _ALL, maybe=True
        ),
        Function(
            "mean", "history", ("event", "amount_field"), "field", "某一项平均值", "the field's mean", _ALL, maybe=True
        ),
        Function("last", "history", ("event",), "moment", "最近一次的时间", "when the last one was", _IF, maybe=True),
        Function("first", "history", ("event",), "moment", "第一次的时间", "when the first one was", _IF, maybe=True),
        Function(
            "latest", "history", ("event", "field"), "field", "最近一次的值", "the last one's field", _IF, maybe=True
        ),
        Function(
            "earliest", "history", ("event", "field"), "field", "第一次的值", "the first one's field", _IF, maybe=True
        ),
        Function("happened", "history", ("event",), "yes_no", "是否发生过", "whether there was one", _ALL),
        Function(
            "count_of", "history", ("event", "field"), "number", "有几种不同的值", "how many different values", _ALL
        ),
    )


def _calendar() -> tuple[Function, ...]:
    one: tuple[Argument, ...] = ("instant",)
    return (
        Function("days_between", "calendar", _TWO, "number", "相差几天", "days from date to date"),
        Function("months_between", "calendar", _TWO, "number", "相差几个整月", "whole months from date to date"),
        Function("working_hours_between", "calendar", _TWO, "number", "相差几个工作小时", "working hours between them"),
        Function("working_days_between", "calendar", _TWO, "number", "相差几个工作日", "working days between them"),
        Function("age", "calendar", ("date",), "number", "周岁", "whole years from that date to now"),
        Function("is_weekend", "calendar", one, "yes_no", "是否周六或周日", "whether it is Saturday or Sunday"),
        Function("is_workday", "calendar", one, "yes_no", "是否工作日", "whether the campus works that day"),
        Function("weekday", "calendar", one, "number", "星期几(1 为周一)", "1 Monday to 7 Sunday"),
        Function("hour", "calendar", one, "number", "几点", "the hour, 0 to 23"),
        Function("day", "calendar", one, "number", "几号", "the day of the month"),
        Function("month", "calendar", one, "number", "几月", "the month, 1 to 12"),
        Function("year", "calendar", one, "number", "哪一年", "the year"),
        Function("date_of", "calendar", one, "date", "那一天", "its date"),
        Function("at_time", "calendar", ("instant", "clock"), "moment", "当天的某个时刻", "that day at a clock time"),
    )


def _plain() -> tuple[Function, ...]:
    pair: tuple[Argument, ...] = ("ordered", "ordered")
    return (
        Function("is_known", "known", ("any",), "yes_no", "是否已知", "whether the value is known"),
        Function(
            "or_else", "known", ("any", "any"), "common", "未知时取后者", "the first, or the second if it is unknown"
        ),
        Function("hours_between", "plain", ("moment", "moment"), "number", "相差几小时", "hours by the clock"),
        Function("min_of", "plain", pair, "common", "最小的一个", "the least of them", repeats=True),
        Function("max_of", "plain", pair, "common", "最大的一个", "the greatest of them", repeats=True),
        Function(
            "round_to", "plain", ("amount", "constant"), "common", "四舍五入到几位小数", "rounded, half away from zero"
        ),
        Function("floor", "plain", ("amount",), "common", "向下取整", "rounded down"),
        Function("ceil", "plain", ("amount",), "common", "向上取整", "rounded up"),
        Function("abs", "plain", ("amount",), "common", "绝对值", "without its sign"),
        Function("has", "plain", ("choices", "member"), "yes_no", "是否包含", "whether it is among them"),
        Function("size", "plain", ("choices",), "number", "有几项", "how many there are"),
        Function("starts_with", "plain", ("text", "text"), "yes_no", "是否以它开头", "whether the text starts so"),
    )


def _others() -> tuple[Function, ...]:
    step: tuple[Argument, ...] = ("step",)
    return (
        Function(
            "opening", "opening", ("opening_field",), "field", "开启任务的事件的字段", "a field of the opening event"
        ),
        Function("decide", "table", ("table", "output"), "output", "决策表的结果", "the table's answer", fewest=1),
        Function("done_at", "step", step, "moment", "步骤完成的时间", "when the step was done", maybe=True),
        Function("is_done", "step", step, "yes_no", "步骤是否已完成", "whether the step is done"),
        Function("is_open", "step", step, "yes_no", "步骤是否待办", "whether the step is open"),
    )


def _phrases() -> tuple[Function, ...]:
    fixed = [Function(each, "calendar", ("moment",), "moment", "", f"the {each}") for each in PHRASES]
    before = Function(LAST_WORKDAY_BEFORE, "calendar", ("instant",), "moment", "", LAST_WORKDAY_BEFORE)
    weekday = Function(
        NEXT_WEEKDAY, "calendar", ("moment", "constant", "constant"), "moment", "", "the next such moment"
    )
    return (*fixed, before, weekday)


#: What may be written as a call, in the order of the documentation.
FUNCTIONS: Final = {each.name: each for each in (*_history(), *_others()[:2], *_plain(), *_calendar(), *_others()[2:])}

#: What phrases turn into.
PHRASE_FUNCTIONS: Final = {each.name: each for each in _phrases()}
