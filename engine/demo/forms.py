"""Filling a form as people do: plausible values, and those without which the form would not close its task."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from engine.demo.values import FILLED, found, value_maker
from engine.expr.parse import Tree, parse
from engine.model import Event, Field
from engine.text import Word

#: Whose names stand in a field that points to a member of staff, by a part of the field's name.
POSTS: Mapping[str, str] = {
    "teacher": "teacher",
    "manager": "learning_manager",
    "keeper": "learning_manager",
    "host": "learning_manager",
}


@dataclass
class Surroundings:
    """What a form may point to: cases by subject, staff by campus and post, and a counter for codes."""

    random: Random
    cases: Mapping[str, Sequence[str]]
    staff: Mapping[tuple[str, str], Sequence[str]]
    keys: frozenset[tuple[str, str]] = frozenset()  # (event, field) by which tasks are told apart
    codes: int = 0
    makers: dict[tuple[str, str], Callable[[int], object]] = field(default_factory=dict)
    chances: dict[str, list[tuple[str, Field, float]]] = field(default_factory=dict)

    def code(self, prefix: str) -> str:
        """Return a code that nothing had before."""
        self.codes += 1
        return f"{prefix.upper()[:2]}{self.codes:05d}"

    def fields(self, event: Event) -> list[tuple[str, Field, float]]:
        """Return the fields of a form and how often each is filled in."""
        known = self.chances.get(event.name)
        if known is None:
            known = self.chances[event.name] = [
                (name, each, 1.0 if each.required or each.required_if else found(FILLED, event.name, name, 0.5))
                for name, each in event.fields.items()
                if name != "task_key"
            ]
        return known

    def someone(self, name: str, what: Field, campus: str) -> str:
        """Return what a field of this name points to, a colleague of the same campus where there is one."""
        post = next((post for part, post in POSTS.items() if part in name), "") if str(what.to) == "staff" else ""
        return self.random.choice(self.staff.get((campus, post)) or self.cases.get(str(what.to)) or ["?"])

    def value(self, event: str, name: str, what: Field, at: int, campus: str) -> object:
        """Return what somebody writes into a field."""
        if what.type == "reference":
            return self.someone(name, what, campus)
        if what.type == "text" and (event, name) in self.keys:
            return self.code(name)
        maker = self.makers.get((event, name))
        if maker is None:
            maker = self.makers[event, name] = value_maker(event, name, what, self.random)
        return maker(at)


@dataclass
class Wanted:
    """What a condition asks of a form: values, fields that must not be empty, fields that equal another one."""

    values: dict[str, object] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)
    same: dict[str, str] = field(default_factory=dict)


def fill(
    event: Event,
    at: int,
    wanted: Mapping[str, object],
    around: Surroundings,
    needed: Sequence[str] = (),
    campus: str = "",
) -> dict[str, object]:
    """Return the values of a form as the store keeps them: `wanted` where given, else what people write.

    What is not required is left out now and then, unless `needed` names it.
    """
    values: dict[str, object] = {}
    for name, each, chance in around.fields(event):
        if name in wanted:
            values[name] = wanted[name]
        elif chance == 1.0 or name in needed or around.random.random() < chance:
            values[name] = around.value(event.name, name, each, at, campus)
    if "task_key" in wanted:
        values["task_key"] = wanted["task_key"]
    return values


@cache
def satisfying(condition: str) -> Wanted:
    """Return what makes a condition hold, as far as its plain parts say.

    >>> satisfying('with == "parent" and minutes >= 5 and (not abnormal or is_known(plan))').values
    {'with': 'parent', 'minutes': 6.0, 'abnormal': False}
    >>> satisfying("teacher_hours == hours_on_record").same
    {'teacher_hours': 'hours_on_record'}
    """
    wanted = Wanted()
    tree = parse(Word(condition)) if condition else None
    if isinstance(tree, Tree):
        _satisfy(tree.node, wanted, truth=True)
    return wanted


def _satisfy(node: ast.expr, wanted: Wanted, *, truth: bool) -> bool:  # noqa: PLR0911  a way for each node
    """Note what makes a part of a condition true or false; return whether a form can do anything about it."""
    match node:
        case ast.BoolOp():
            every = isinstance(node.op, ast.And) == truth
            parts = (_satisfy(each, wanted, truth=truth) for each in node.values)
            return bool([each for each in parts if each]) if every else any(parts)
        case ast.UnaryOp(op=ast.Not()):
            return _satisfy(node.operand, wanted, truth=not truth)
        case ast.IfExp():
            return bool([_satisfy(each, wanted, truth=truth) for each in (node.body, node.orelse)])
        case ast.Name():
            wanted.values.setdefault(node.id, truth)
            return True
        case ast.Call(func=ast.Name(id="is_known"), args=[ast.Name(id=name)]):
            wanted.needed.add(name)
            return truth
        case ast.Call(func=ast.Name(id="has"), args=[ast.Name(id=name), ast.Constant(value=value)]) if truth:
            known = wanted.values.setdefault(name, [])
            if isinstance(known, list) and value not in known:
                known.append(value)
            return True
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.GtE()], comparators=[ast.Name(id=other)]) if truth:
            wanted.same[name] = other
            return True
        case ast.Compare(left=ast.Name(id=name), ops=[sign], comparators=[other]):
            answer = _compared(sign, other, truth=truth)
            if answer is not None:
                wanted.values.setdefault(name, answer)
            return answer is not None
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
