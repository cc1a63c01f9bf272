"""The words in which a handbook page speaks of expressions: (zh, en), a `{name}` is filled in by `Terms.tell`."""

from typing import Final

#: Operators and values.
EXPRESSIONS: Final[dict[str, tuple[str, str]]] = {
    "and": ("，并且", ", and "),
    "or": ("，或者", ", or "),
    "inner and": ("且", " and "),
    "inner or": ("或", " or "),
    "list": ("、", ", "),
    "both": ("与", " and "),
    "else if": ("如果{test}，则为{body}；否则{other}", "{body} if {test}; else {other}"),
    "bracket": ("（{text}）", "({text})"),
    "aside": ("{text}（{aside}）", "{text} ({aside})"),
    "always": ("总是如此", "always"),
    "never": ("从不如此", "never"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "is yes": ("{what}为是", "{what} is yes"),
    "is no": ("{what}为否", "{what} is no"),
    "holds": ("{what}成立", "{what} holds"),
    "holds not": ("{what}不成立", "{what} does not hold"),
    "set yes": ("{what}设为是", "{what} is set to yes"),
    "set no": ("{what}设为否", "{what} is set to no"),
    "now set": ("现为{value}", "now {value}"),
    "here": ("{campus}{value}", "{campus}: {value}"),
    "unknown too": ("{text}（没填也算）", "{text} (or is not filled in)"),
    "or else": ("{what}（没有时算{other}）", "{what} ({other} where there is none)"),
    "if": ("如果{test}，则为{body}；否则为{other}", "{body} if {test}; else {other}"),
    "if holds": ("如果{test}，则要{body}；否则要{other}", "if {test}: {body}; else: {other}"),
    "==": ("{left}是{right}", "{left} is {right}"),
    "!=": ("{left}不是{right}", "{left} is not {right}"),
    "<": ("{left}小于{right}", "{left} is less than {right}"),
    "<=": ("{left}不超过{right}", "{left} is at most {right}"),
    ">": ("{left}大于{right}", "{left} is more than {right}"),
    ">=": ("{left}至少为{right}", "{left} is at least {right}"),
    "== number": ("{left}等于{right}", "{left} equals {right}"),
    "!= number": ("{left}不等于{right}", "{left} does not equal {right}"),
    "< moment": ("{left}早于{right}", "{left} is before {right}"),
    "<= moment": ("{left}不晚于{right}", "{left} is no later than {right}"),
    "> moment": ("{left}晚于{right}", "{left} is after {right}"),
    ">= moment": ("{left}不早于{right}", "{left} is no earlier than {right}"),
    "in": ("{left}是{right}之一", "{left} is one of {right}"),
    "not in": ("{left}不是{right}中的任何一个", "{left} is none of {right}"),
    "+": ("{left} + {right}", "{left} + {right}"),
    "-": ("{left} - {right}", "{left} - {right}"),
    "*": ("{left} × {right}", "{left} × {right}"),
    "/": ("{left} ÷ {right}", "{left} ÷ {right}"),
    "minus": ("负的{what}", "minus {what}"),
    "after": ("{moment}之后{span}", "{span} after {moment}"),
    "before": ("{moment}之前{span}", "{span} before {moment}"),
    "quote": ("「{text}」", "“{text}”"),
    "parameter": ("{value}（{name}）", "{value} ({name})"),
    "table output": ("决策表{table}给出的{output}", "the {output} that the table {table} gives"),
    "opening field": ("产生时填的{field}", "the {field} given when it opened"),
}

#: Names that hold everywhere, as a thing and as what something is before or after.
MOMENTS: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "now": (("此刻", "now"), ("此刻", "now")),
    "start": (("开始计时的时刻", "the moment its clock starts"), ("开始计时", "its clock starts")),
    "opened_at": (("产生的时刻", "the moment it opens"), ("产生", "it opens")),
    "due": (("到期的时刻", "its due moment"), ("到期", "it is due")),
    "created_at": (("建档时间", "the day the case was entered"), ("建档", "the case was entered")),
    "campus": (("校区", "the campus"), ("校区", "the campus")),
    "case_id": (("编号", "the case's id"), ("编号", "the case's id")),
}

UNITS: Final[dict[str, tuple[str, str, str]]] = {  # Chinese, one, many
    "minutes": ("分钟", "minute", "minutes"),
    "hours": ("小时", "hour", "hours"),
    "working_hours": ("个工作小时", "working hour", "working hours"),
    "days": ("天", "day", "days"),
    "working_days": ("个工作日", "working day", "working days"),
    "weeks": ("周", "week", "weeks"),
    "months": ("个月", "month", "months"),
}

#: Phrases that count from the start of the clock.
PHRASES: Final[dict[str, tuple[str, str]]] = {
    "end of day": ("当天 24 点", "the end of that day"),
    "end of next day": ("次日 24 点", "the end of the next day"),
    "close of day": ("当天下班", "the close of business that day"),
    "close of next working day": ("下一个工作日下班", "the close of the next working day"),
    "end of next working day": ("下一个工作日下班", "the close of the next working day"),
    "end of week": ("当周周日 24 点", "the end of that week"),
    "end of month": ("当月最后一天 24 点", "the end of that month"),
    "end of quarter": ("当季最后一天 24 点", "the end of that quarter"),
    "start of day": ("当天 0 点", "the start of that day"),
    "start of week": ("当周周一 0 点", "the start of that week"),
    "start of month": ("当月 1 日 0 点", "the start of that month"),
    "close of the last working day before": (
        "{0}之前最后一个工作日下班",
        "the close of the last working day before {0}",
    ),
    "next weekday": ("接下来的{day} {clock}", "the next {day}, {clock}"),
}

#: How they are told in the deadline of one task, whose clock started on a `day`.
PHRASES_DATED: Final[dict[str, tuple[str, str]]] = {
    "end of day": ("开始计时那天（{day}）24 点", "the end of the day on which its clock started ({day})"),
}

WEEKDAYS: Final = (
    ("周一", "Monday"),
    ("周二", "Tuesday"),
    ("周三", "Wednesday"),
    ("周四", "Thursday"),
    ("周五", "Friday"),
    ("周六", "Saturday"),
    ("周日", "Sunday"),
)

#: Each function of the language as a thing; {0} and {1} are its arguments.
CALLS: Final[dict[str, tuple[str, str]]] = {
    "count": ("{0}的次数", "the number of {0}"),
    "sum": ("{0}的{1}合计", "the total {1} over {0}"),
    "min": ("{0}中最小的{1}", "the least {1} among {0}"),
    "max": ("{0}中最大的{1}", "the greatest {1} among {0}"),
    "mean": ("{0}的{1}平均值", "the mean {1} over {0}"),
    "last": ("最近一次{0}", "the last {0}"),
    "first": ("第一次{0}", "the first {0}"),
    "latest": ("最近一次{0}的{1}", "the {1} of the last {0}"),
    "earliest": ("第一次{0}的{1}", "the {1} of the first {0}"),
    "count_of": ("{0}里有几种{1}", "how many different {1} there are among {0}"),
    "hours_between": ("从{0}到{1}的小时数", "the hours from {0} to {1}"),
    "min_of": ("{0}之中较小的", "the smaller of {0}"),
    "max_of": ("{0}之中较大的", "the greater of {0}"),
    "min_of moment": ("{0}之中较早的", "the earlier of {0}"),
    "max_of moment": ("{0}之中较晚的", "the later of {0}"),
    "round_to": ("{0}（四舍五入到 {1} 位小数）", "{0} (rounded to {1} decimals)"),
    "floor": ("{0}（向下取整）", "{0} (rounded down)"),
    "ceil": ("{0}（向上取整）", "{0} (rounded up)"),
    "abs": ("{0}的绝对值", "{0} without its sign"),
    "size": ("{0}的项数", "the number of items in {0}"),
    "days_between": ("从{0}到{1}的天数", "the days from {0} to {1}"),
    "months_between": ("从{0}到{1}的整月数", "the whole months from {0} to {1}"),
    "working_hours_between": ("从{0}到{1}的工作小时数", "the working hours from {0} to {1}"),
    "working_days_between": ("从{0}到{1}的工作日数", "the working days from {0} to {1}"),
    "age": ("按{0}算的周岁", "the age by {0}"),
    "weekday": ("{0}是星期几（周一为 1）", "the weekday of {0} (Monday is 1)"),
    "hour": ("{0}的钟点", "the hour of {0}"),
    "day": ("{0}的日子", "the day of the month of {0}"),
    "month": ("{0}的月份", "the month of {0}"),
    "year": ("{0}的年份", "the year of {0}"),
    "date_of now": ("当天", "today"),
    "date_of": ("{0}那天", "the day of {0}"),
    "at_time": ("{0}当天 {1}", "{1} on the day of {0}"),
    "done_at": ("{0}办结的时刻", "the moment {0} was done"),
}

#: Functions that answer yes or no: as it holds, and as it does not.
ASKED: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "happened": (("已有{0}", "there has been {0}"), ("还没有{0}", "there has been no {0}")),
    "is_known": (("已知{0}", "{0} is known"), ("不知道{0}", "{0} is not known")),
    "is_filled": (("{0}已填", "{0} is filled in"), ("{0}没填", "{0} is not filled in")),
    "has": (("{0}包含{1}", "{0} includes {1}"), ("{0}不包含{1}", "{0} does not include {1}")),
    "starts_with": (("{0}以{1}开头", "{0} starts with {1}"), ("{0}不以{1}开头", "{0} does not start with {1}")),
    "is_weekend": (("{0}在周末", "{0} is at a weekend"), ("{0}不在周末", "{0} is not at a weekend")),
    "is_workday": (("{0}是工作日", "{0} is on a workday"), ("{0}不是工作日", "{0} is not on a workday")),
    "is_done": (("{0}已办结", "{0} is done"), ("{0}还没办结", "{0} is not done yet")),
    "is_open": (("{0}还在待办", "{0} is open"), ("{0}没有待办", "{0} is not open")),
}

HISTORY: Final[dict[str, tuple[str, str]]] = {
    "event": ("{event}", "{event}"),
    "if": ("{event}（{condition}）", "{event} ({condition})"),
    "since moment": ("{event}（{since}以后）", "{event} since {since}"),
    "since": ("{since}以后的{event}", "{event} since {since}"),
    "within": ("最近{within}的{event}", "{event} in the last {within}"),
}
