"""When a step is owed, in words."""

import re
from typing import Final

from engine.expr.phrases import WEEKDAYS as WEEKDAY_NAMES
from engine.handbook.expression import condition, reader
from engine.handbook.places import Places
from engine.handbook.terms import Terms
from engine.handbook.wording import HISTORY, WEEKDAYS
from engine.model import Opening, Step

_CRON_DAYS: Final = tuple(each[:3].upper() for each in WEEKDAY_NAMES)


def opening(terms: Terms, places: Places, one: Opening) -> str:
    """Return when an opening opens a task."""
    match one.kind:
        case "on" | "each":
            text = _by_event(terms, places, one)
        case "after":
            text = _after(terms, places, one)
        case "every":
            text = _rhythm(terms, places, one)
        case "quota":
            text = _quota(terms, one)
        case "when":
            text = terms.tell("open.when", condition=condition(terms, places.case, str(one.condition)))
        case _:
            text = _cron(terms, one)
    if one.condition and one.kind in ("every", "quota", "cron"):
        text = terms.tell("open.if", opening=text, condition=condition(terms, places.opening(one), one.condition))
    return _delayed(terms, places, one, text)


def _by_event(terms: Terms, places: Places, one: Opening) -> str:
    events = terms.events(one.events)
    if one.condition:
        asked = condition(terms, places.opening(one), one.condition)
        events = terms.fill(HISTORY["if"], event=events, condition=asked)
    text = terms.tell(f"open.{one.kind}", events=events)
    if one.same:
        field = places.opening(one).fields.get(str(one.same))
        named = terms.field(field) if field else terms.quoted(str(one.same))
        text = terms.tell("open.same", opening=text, field=named)
    return text


def _after(terms: Terms, places: Places, one: Opening) -> str:
    step = terms.step(str(one.step), str(places.process.name))
    if not one.condition:
        return terms.tell("open.after", step=step)
    return terms.tell("open.after if", step=step, condition=condition(terms, places.opening(one), one.condition))


def _rhythm(terms: Terms, places: Places, one: Opening) -> str:
    read, node = reader(terms, places.opening(one), str(one.interval))
    text = terms.tell("open.every", events=terms.events(one.events), interval=read.noun(node))
    return terms.tell("open.since", opening=text, events=terms.events(one.since)) if one.since else text


def _quota(terms: Terms, one: Opening) -> str:
    period = terms.tell(f"period.{one.period}")
    if one.events:
        start = terms.tell("quota.from", events=terms.events(one.events), period=period)
    else:
        start = terms.tell("quota.always", period=period)
    count = str(one.times or "1")
    times = terms.tell(f"times.{count}") if count in ("1", "2") else terms.tell("times", count=count)
    return terms.tell("open.quota", start=start, period=period, times=times)


def _cron(terms: Terms, one: Opening) -> str:
    shift = terms.tell(f"shift.{one.shift or 'none'}")
    text = terms.tell("open.cron", when=cron(terms, str(one.cron)), shift=shift)
    return terms.tell("cron.from", events=terms.events(one.events), opening=text) if one.events else text


def cron(terms: Terms, line: str) -> str:
    """Return a line of the calendar in words.

    >>> from engine.model import Definitions
    >>> cron(Terms(Definitions(), "zh"), "30 17 * * FRI"), cron(Terms(Definitions(), "en"), "0 9 L * *")
    ('每周五 17:30', 'on the last day of every month at 09:00')
    """
    minute, hour, day, month, weekday = line.split()
    if not (minute.isdecimal() and hour.isdecimal()):
        return terms.tell("cron.other", cron=line)
    clock = f"{int(hour):02}:{int(minute):02}"
    if weekday != "*":
        when = terms.tell("cron.weekly", days=_weekdays(terms, weekday), clock=clock)
    elif day.upper() == "L":
        when = terms.tell("cron.last", clock=clock)
    else:
        when = terms.tell(
            "cron.daily" if day == "*" else "cron.monthly", days=terms.joined(day.split(",")), clock=clock
        )
    return when if month == "*" else terms.tell("cron.months", when=when, months=terms.joined(month.split(",")))


def _weekdays(terms: Terms, text: str) -> str:
    def named(found: re.Match[str]) -> str:
        word = found[0]
        number = (int(word) - 1) % 7 if word.isdecimal() else _CRON_DAYS.index(word.upper()[:3])
        return terms.pick(WEEKDAYS[number])

    return terms.joined(re.sub(r"[0-7]|[A-Za-z]{3}", named, each) for each in text.split(","))


def _delayed(terms: Terms, places: Places, one: Opening, text: str) -> str:
    if not one.delay:
        return text
    read, node = reader(terms, places.opening(one), str(one.delay))
    if read.is_span(node):
        return terms.tell("open.delay", opening=text, span=read.noun(node))
    return terms.tell("open.delay moment", opening=text, moment=read.noun(node))


def owed(terms: Terms, places: Places, step: Step) -> str:
    """Return the sentence that says when a step is owed, and by whom."""
    texts = [opening(terms, places, each) for each in step.opens]
    role = terms.role(str(step.role))
    if len(texts) > 1:
        return terms.tell("owes any", opening=terms.tell("or when").join(texts), role=role)
    return _capital(terms.tell("owes", opening=texts[0], role=role))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
