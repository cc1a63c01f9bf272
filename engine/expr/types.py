"""The types of values in expressions, and what an expression asks about the names around it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from engine.model import Field, FieldType

#: "nothing" is the type of a faulty part: its problem is told once, and no other follows from it.
Kind = Literal[
    "text", "number", "yes_no", "choice", "choices", "moment", "date", "money", "span", "reference", "nothing"
]
NameKind = Literal["name", "event", "table", "step"]

_SHOWN: Final[dict[str, str]] = {
    "text": "a text",
    "number": "a number",
    "yes_no": "yes or no",
    "choice": "a choice",
    "choices": "a list of choices",
    "moment": "a moment",
    "date": "a date",
    "money": "money",
    "span": "a span of time",
    "reference": "a reference",
    "nothing": "nothing",
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is. `choices`: of a choice, what it may be; of a text, all that it can be where that is known."""

    kind: Kind
    choices: tuple[str, ...] = ()
    maybe: bool = False  # may be unknown
    to: str = ""  # the subject that a reference points to
    literal: bool = False  # written out: a bare number may stand for money then

    def __str__(self) -> str:
        return _SHOWN[self.kind]

    def known(self) -> "Type":
        """Return this type of a value that has been answered."""
        return replace(self, maybe=False) if self.maybe else self

    def or_unknown(self, *, when: bool = True) -> "Type":
        """Return this type of a value that may be unknown, if so `when`."""
        return replace(self, maybe=True) if when and not self.maybe else self


TEXT: Final = Type("text")
NUMBER: Final = Type("number")
YES_NO: Final = Type("yes_no")
MOMENT: Final = Type("moment")
DATE: Final = Type("date")
MONEY: Final = Type("money")
SPAN: Final = Type("span")
NOTHING: Final = Type("nothing")


class Names(Protocol):
    """The names that an expression may use where it stands, each with its type."""

    def resolve(self, name: str) -> Type | None:
        """Return the type of a name: context fields, fields of the case, formulas, parameters, now, start ..."""
        ...

    def event(self, name: str) -> Mapping[str, Field] | None:
        """Return the fields of an event of the case."""
        ...

    def table(self, name: str) -> Mapping[str, Field] | None:
        """Return the outputs of a decision table."""
        ...

    def opening(self) -> Mapping[str, Field] | None:
        """Return the fields of the event that opened the task; None where there is no such event."""
        ...

    def step(self, name: str) -> bool:
        """Return whether a step of the case has this name."""
        ...

    def known(self, kind: NameKind) -> Iterable[str]:
        """Return all names of a kind, for hints."""
        ...


def type_of(kind: FieldType, choices: Iterable[str] = (), to: str = "", *, maybe: bool = False) -> Type:
    """Return the type of a value of a field type.

    >>> str(type_of("duration"))
    'a span of time'
    """
    return Type("span" if kind == "duration" else kind, tuple(map(str, choices)), maybe, to)


def type_of_field(field: Field) -> Type:
    """Return the type of a field; what is not required may be unknown."""
    return type_of(field.type, field.choices, str(field.to or ""), maybe=not field.required)


def fits(found: Type, wanted: Type) -> bool:
    """Return whether a value of type `found` can stand where `wanted` is asked; whether it is known doesn't matter."""
    if "nothing" in (found.kind, wanted.kind):
        return True
    if found.kind == wanted.kind:
        free = found.kind not in ("choice", "choices") or not wanted.choices
        return free or set(found.choices) <= set(wanted.choices)
    if found.kind == "number":
        return wanted.kind == "money" and found.literal
    if found.kind == "choice":
        return wanted.kind in ("text", "reference")
    if found.kind == "text":
        return wanted.kind == "reference" or (wanted.kind == "choice" and 0 < len(found.choices) <= _in(found, wanted))
    return found.kind == "reference" and wanted.kind == "text"


def _in(found: Type, wanted: Type) -> int:
    return len(set(found.choices) & set(wanted.choices))


def common(one: Type, other: Type) -> Type | None:
    """Return the type of a value that is either `one` or `other`; None if they have nothing in common.

    >>> str(common(MONEY, Type("number", literal=True)))
    'money'
    """
    maybe = one.maybe or other.maybe
    if "nothing" in (one.kind, other.kind):
        return NOTHING
    if one.kind == other.kind:
        both = tuple(dict.fromkeys(one.choices + other.choices)) if one.choices and other.choices else ()
        return Type(one.kind, both, maybe, one.to if one.to == other.to else "", one.literal and other.literal)
    for left, right in ((one, other), (other, one)):
        if left.kind == "money" and right.kind == "number" and right.literal:
            return MONEY.or_unknown(when=maybe)
        if left.kind == "choice" and right.kind == "text" and fits(right, left):
            return left.or_unknown(when=maybe)
        if left.kind == "reference" and right.kind == "text":
            return left.or_unknown(when=maybe)
    return None
