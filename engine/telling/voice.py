"""How an explanation speaks of one case: moments in the campus's wall time, values by their types and titles."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

import polars as pl

from engine.calendars.zones import DAY, moment_text
from engine.decisions.given import shown
from engine.expr.spans import SpanValue
from engine.expr.surroundings import Surroundings
from engine.handbook.expression import Reader, reader
from engine.handbook.places import Places
from engine.handbook.terms import Terms
from engine.listing import Directory
from engine.model import TASK_KEY, Definitions, Field, Process, Title
from engine.telling.wording import TEXTS
from engine.words import say

INDENT: Final = "  "
_NO_TITLES: Final[Mapping[str, Title]] = {}


@dataclass(frozen=True)
class Speaker:
    """Speaks in one language of values, in the wall time of one zone."""

    terms: Terms
    book: Directory
    zone: str

    def tell(self, key: str, **values: object) -> str:
        """Return a sentence of an explanation, its places filled."""
        return self.terms.fill(TEXTS[key], **values)

    def joined(self, texts: Iterable[str]) -> str:
        """Return values one after the other."""
        return self.terms.pick(TEXTS["values"]).join(texts)

    # --- moments and spans

    def moment(self, at: object) -> str:
        """Return a moment with its weekday: 2026-03-06 Fri 16:00."""
        if not isinstance(at, int):
            return self.tell("unknown")
        day, clock = moment_text(at, self.zone).split()
        return f"{self.day(date.fromisoformat(day))} {clock[:5]}"

    def day(self, day: date) -> str:
        """Return a day with its weekday."""
        return f"{day} {say(self.terms.language, f'weekday.{day.isoweekday()}')}"

    def span(self, seconds: int) -> str:
        """Return a length of time, to the hour where it is days and to the minute where it is not."""
        minutes = round(seconds / 60)
        if minutes >= DAY // 60:
            days, hours = divmod(round(seconds / 3600), 24)
            told = [self.terms.span(f"{days} days"), *([self.terms.span(f"{hours} hours")] if hours else [])]
            return " ".join(told)
        return self._clock(*divmod(minutes, 60))

    def working(self, seconds: int) -> str:
        """Return a length of working time, in which no day has 24 hours: hours and minutes."""
        hours, minutes = divmod(round(seconds / 60), 60)
        return self._clock(hours, minutes)

    def _clock(self, hours: int, minutes: int) -> str:
        key = "span.hm" if hours and minutes else "span.h" if hours else "span.m"
        return self.tell(key, hours=hours, minutes=minutes)

    # --- people and titles

    def person(self, name: str) -> str:
        """Return the name of a person or a case."""
        return self.book.names.get(name, "") or name

    def campus(self, name: str) -> str:
        """Return the title of a campus."""
        return self.terms.campus(name) if name else say(self.terms.language, "unknown")

    # --- values

    def field(self, field: Field, value: object) -> str:
        """Return the value of a field."""
        titles = {str(each): field.choice_titles.get(str(each), Title()) for each in field.choices}
        return self.value(value, "span" if field.type == "duration" else field.type, titles)

    def value(  # noqa: PLR0911 - one a type
        self, value: object, kind: str, titles: Mapping[str, Title] = _NO_TITLES
    ) -> str:
        """Return a value as people read it."""
        match value:
            case None:
                return self.tell("unknown")
            case bool():
                return self.terms.tell("yes" if value else "no")
            case list() | tuple() | pl.Series():
                return self.terms.joined(self.value(each, "choice", titles) for each in value) or self.tell("none")
            case SpanValue():
                return self.terms.span(shown(value))
            case int() if kind == "moment":
                return self.moment(value)
            case Decimal() | float() | int():
                return self._number(value, kind)
            case date():
                return self.day(value)
        text = str(value)
        if kind == "span":
            return self.terms.span(text)
        if kind == "choice":
            return self.terms.choice(text, titles)
        return self.campus(text) if text in self.book.campuses else self.person(text)

    def _number(self, value: Decimal | float, kind: str) -> str:
        if kind == "money":
            return self.tell("money", value=f"{value:,.2f}")
        return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    def valued(self, field: Field, value: object) -> str:
        """Return a field by its title, with its value."""
        return self.tell("value", name=self.terms.field(field), value=self.field(field, value))

    def case(self, case_id: str, subject: str) -> str:
        """Return what a case is, its name and its id."""
        found = self.terms.definitions.subjects.get(subject)
        name = f"{self.book.names.get(case_id, '')} {case_id}".strip()
        return self.tell("case alone", subject=self.terms.bare(found.title if found else Title(), subject), name=name)

    def fields(self, known: Mapping[str, Field], values: Iterable[tuple[str, object]]) -> str:
        """Return the values of a form by the titles of its fields; what the form does not have is left out.

        So is the field by which a step's own record names its task.
        """
        told = ((name, value) for name, value in values if name in known and name != TASK_KEY and value is not None)
        return self.joined(self.valued(known[name], value) for name, value in told)


@dataclass(frozen=True)
class Voice(Speaker):
    """Speaks of a case of one campus, to which a process applies."""

    places: Places

    def subject(self) -> str:
        """Return what the case is: student, class, staff member."""
        subject = self.terms.definitions.subjects.get(str(self.places.process.subject))
        return self.terms.bare(subject.title if subject else Title(), str(self.places.process.subject))

    def asked(self, names: Surroundings, text: str, value: object) -> str:
        """Return a name or call of an expression with the value that it had."""
        read, node = reader(self.terms, names, text)
        kind = read.types[id(node)].kind if id(node) in read.types else ""
        return self.tell("value", name=self._name(read, node), value=self.value(value, kind, read.choices(node)))

    def _name(self, read: Reader, node: ast.expr) -> str:
        return read.noun(node)


def voice(book: Directory, process: Process, campus: str, day: date | None) -> Voice:
    """Return who speaks of a case of a campus; parameters have their value there on that day."""
    definitions: Definitions = book.definitions
    overlay = next((name for name, each in definitions.overlays.items() if campus in each.campuses), "")
    terms = Terms(definitions, book.language, overlay, day or date.max)
    return Voice(terms, book, str(book.zone(campus)), Places(definitions, process))
