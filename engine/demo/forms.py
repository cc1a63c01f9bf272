"""Filling a form as people do: plausible values, and those without which the form would not close its task."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from engine.demo.words import sentence
from engine.expr.parse import Tree, parse
from engine.model import Event, Field
from engine.text import Word

HOUR, DAY = 3600, 86_400
#: Parts of the names of yes/no fields that are good news when they say no.
SELDOM: Final = (
    *(
        "abnormal",
        "special",
        "problem",
        "late",
        "missing",
        "accident",
        "needs",
        "needed",
        "doubt",
        "object",
        "unlikely",
    ),
    *("serious", "damage", "owed", "lost", "left_alone", "refus", "broken", "overrun", "complain", "changed", "gap"),
)
#: Parts of the names of moments and days that lie ahead.
AHEAD: Final = (
    "next",
    "starts",
    "ends",
    "promised",
    "until",
    "due",
    "planned",
    "meeting_at",
    "exam_at",
    "held_on",
    "first_lesson",
)
WEIGHTS: Final[Mapping[str, Sequence[float]]] = {"outcome": (0.86, 0.05, 0.03, 0.03, 0.03)}
AMOUNTS: Final[tuple[tuple[str, float, float], ...]] = (
    ("minutes", 8, 40),
    ("full_score", 100, 100),
    ("score", 62, 98),
    ("satisf", 96, 100),
    ("complaint", 0, 4),
    ("percent", 70, 100),
    ("hours", 2, 2),
    ("unit_price", 180, 260),
    ("monthly_hours", 8, 8),
    ("gift", 0, 4),
    ("rate", 0.6, 0.95),
    ("students", 10, 16),
)


@dataclass
class Surroundings:
    """What a form may point to: cases by subject, and a counter for codes."""

    random: Random
    cases: Mapping[str, Sequence[str]]
    keys: frozenset[tuple[str, str]] = frozenset()  # (event, field) by which tasks are told apart
    codes: int = 0

    def code(self, prefix: str) -> str:
        """Return a code that nothing had before."""
        self.codes += 1
        return f"{prefix.upper()[:2]}{self.codes:05d}"


def fill(
    event: Event, at: int, wanted: Mapping[str, object], around: Surroundings, needed: Sequence[str] = ()
) -> dict[str, object]:
    """Return the values of a form as the store keeps them: `wanted` where given, else what people write.

    What is not required is left out now and then, unless `needed` names it.
    """
    values: dict[str, object] = {}
    for name, each in event.fields.items():
        if name in wanted:
            values[name] = wanted[name]
        elif name != "task_key" and (
            each.required or each.required_if or name in needed or around.random.random() < 0.5
        ):
            is_key = each.type == "text" and (str(event.name), str(name)) in around.keys
            values[name] = around.code(name) if is_key else _value(str(name), each, at, around)
    return values


def _value(name: str, each: Field, at: int, around: Surroundings) -> object:  # noqa: PLR0911  a way for each type
    random = around.random
    match each.type:
        case "choice":
            weights = WEIGHTS.get(name) or [0.75, *[0.25 / max(len(each.choices) - 1, 1)] * (len(each.choices) - 1)]
            return str(random.choices(each.choices, weights[: len(each.choices)])[0])
        case "choices":
            return [str(choice) for choice in each.choices if each.all_of or random.random() < 0.92] or [
                str(each.choices[0])
            ]
        case "yes_no":
            return random.random() < (0.06 if any(part in name for part in SELDOM) else 0.96)
        case "number" | "money":
            return _amount(name, each, random)
        case "moment":
            return _moment(name, at, random)
        case "date":
            return day_text(_moment(name, at, random))
        case "reference":
            return random.choice(around.cases.get(str(each.to)) or ["?"])
        case "duration":
            return "7 days"
    return sentence(random, name)


def _amount(name: str, each: Field, random: Random) -> object:
    low, high = next(((low, high) for part, low, high in AMOUNTS if part in name), (1.0, 12.0))
    if each.type == "money":
        return (
            f"{random.randrange(200, 3000, 50)}.00"
            if not name.startswith("unit_price")
            else f"{random.randrange(180, 260, 10)}.00"
        )
    low = max(low, each.at_least if each.at_least is not None else low)
    high = min(max(high, low), each.at_most if each.at_most is not None else max(high, low))
    low = low if low <= high else high * 0.8
    value = low + (high - low) * random.random()
    return round(value, 2) if "rate" in name else float(round(value))


def _moment(name: str, at: int, random: Random) -> int:
    if any(part in name for part in AHEAD):
        return (at + 8 * HOUR) // DAY * DAY - 8 * HOUR + random.randint(4, 8) * DAY + 19 * HOUR
    return at


def day_text(moment: int) -> str:
    """Return the day of a moment in China as text."""
    from engine.calendars.zones import moment_text

    return moment_text(moment, "Asia/Shanghai")[:10]


@dataclass
class Wanted:
    """What a condition asks of a form: values of fields, and fields that must not be empty."""

    values: dict[str, object] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)


@cache
def satisfying(condition: str) -> Wanted:
    """Return what makes a condition hold, as far as its plain parts say.

    >>> satisfying('with == "parent" and minutes >= 5 and (not abnormal or is_known(plan))').values
    {'with': 'parent', 'minutes': 6.0, 'abnormal': False}
    """
    found = Wanted()
    tree = parse(Word(condition)) if condition else None
    if isinstance(tree, Tree):
        _satisfy(tree.node, found, truth=True)
    return found


def _satisfy(node: ast.expr, found: Wanted, *, truth: bool) -> bool:  # noqa: PLR0911  a way for each node
    """Note what makes a part of a condition true or false; return whether a form can do anything about it."""
    match node:
        case ast.BoolOp():
            every = isinstance(node.op, ast.And) == truth
            parts = (_satisfy(each, found, truth=truth) for each in node.values)
            return bool([each for each in parts if each]) if every else any(parts)
        case ast.UnaryOp(op=ast.Not()):
            return _satisfy(node.operand, found, truth=not truth)
        case ast.Name():
            found.values.setdefault(node.id, truth)
            return True
        case ast.Call(func=ast.Name(id="is_known"), args=[ast.Name(id=name)]):
            found.needed.add(name)
            return truth
        case ast.Call(func=ast.Name(id="has"), args=[ast.Name(id=name), ast.Constant(value=value)]) if truth:
            known = found.values.setdefault(name, [])
            if isinstance(known, list) and value not in known:
                known.append(value)
            return True
        case ast.Compare(left=ast.Name(id=name), ops=[sign], comparators=[other]):
            wanted = _compared(sign, other, truth=truth)
            if wanted is not None:
                found.values.setdefault(name, wanted)
            return wanted is not None
    return False


def _compared(sign: ast.cmpop, other: ast.expr, *, truth: bool) -> object:
    match other:
        case ast.Constant(value=bool() | str() as value):
            return value if isinstance(sign, ast.Eq) == truth else None
        case ast.Constant(value=int() | float() as value):
            shift = {ast.Gt: 1.0, ast.GtE: 1.0, ast.Lt: -1.0}.get(type(sign), 0.0)
            return float(value) + (shift if truth else -shift)
        case ast.List(elts=[ast.Constant(value=first), *_]) if isinstance(sign, ast.In) and truth:
            return first
    return None
