"""Types of calls: each argument against its kind in the table of functions."""

import ast
from collections.abc import Callable, Mapping
from typing import Final

from engine.expr.functions import FUNCTIONS, PHRASE_FUNCTIONS, Argument, Function
from engine.expr.phrases import SPAN_AFTER, SPAN_BEFORE, SPAN_OF, minute_of_day
from engine.expr.reading import UNKNOWN_FUNCTION, UNKNOWN_NAME, Reading
from engine.expr.rules import TYPE, UNIT, quoted
from engine.expr.spans import is_too_long
from engine.expr.types import DATE, MOMENT, MONEY, NOTHING, NUMBER, SPAN, TEXT, YES_NO, Type, common, type_of_field
from engine.model import Field
from engine.problems import did_you_mean

_RESULTS: Final = {"number": NUMBER, "yes_no": YES_NO, "moment": MOMENT, "date": DATE}


class CallReader:
    """Reads one call; `found` are the types of the arguments read so far."""

    def __init__(self, reading: Reading, node: ast.Call, function: Function) -> None:
        self.reading, self.node, self.function = reading, node, function
        self.fields: Mapping[str, Field] | None = None  # of the event named in the call
        self.outputs: Mapping[str, Field] | None = None
        self.found: list[Type] = []

    def result(self) -> Type:
        """Return the type of the call."""
        if not self._count_is_right():
            return NOTHING
        kinds = list(self.function.arguments)
        kinds += [kinds[-1]] * (len(self.node.args) - len(kinds))
        for argument, kind in zip(self.node.args, kinds, strict=False):
            self.found.append(_ARGUMENTS[kind](self, argument))
        self._keywords()
        return self._result().or_unknown(when=self._may_be_unknown())

    def _may_be_unknown(self) -> bool:
        if self.function.group == "known":
            return self.function.name == "or_else" and self.found[-1].maybe
        return self.function.maybe or any(each.maybe for each in self.found)

    def _count_is_right(self) -> bool:
        given, most = len(self.node.args), len(self.function.arguments)
        fewest = most if self.function.fewest < 0 else self.function.fewest
        if fewest <= given and (given <= most or self.function.repeats):
            return True
        wanted = str(most) if fewest == most else f"{fewest} or {most}"
        values, are = "value" if wanted == "1" else "values", "is" if given == 1 else "are"
        message = f'"{self.function.name}" takes {wanted} {values}, and {given} {are} given'
        self.reading.tell(self.node, TYPE, message, f"write {self.function.usage}")
        return False

    def _result(self) -> Type:
        match self.function.result:
            case "field":
                return self.found[-1]
            case "output":
                return self._output()
            case "common":
                return self._common()
            case kind:
                return _RESULTS[kind]

    def _common(self) -> Type:
        if self.function.name in ("round_to", "floor", "ceil", "abs"):
            return self.found[0]
        joined = self.found[0]
        for node, each in zip(self.node.args[1:], self.found[1:], strict=True):
            both = together(self.reading, joined, each)
            if both is None:
                first, second = quoted(self.reading.text(self.node.args[0])), quoted(self.reading.text(node))
                message = f"{first} is {joined} and {second} is {each}; the values are of one type"
                return self.reading.tell(node, TYPE, message)
            joined = both
        if joined.kind == "span" and self.function.name != "or_else":
            return self.reading.tell(self.node.args[0], TYPE, "spans of time have no order", "take moments")
        return joined.known() if self.function.name == "or_else" else joined

    def _output(self) -> Type:
        if self.outputs is None:
            return NOTHING
        if len(self.found) > 1:
            return self.found[1]
        if len(self.outputs) == 1:
            return type_of_field(next(iter(self.outputs.values()))).known()
        names = ", ".join(f'"{each}"' for each in self.outputs)
        message = f'table "{self.reading.text(self.node.args[0])}" has several outputs'
        return self.reading.tell(self.node.args[0], TYPE, message, f"name one of {names}")

    def _keywords(self) -> None:
        for each in self.node.keywords:
            if each.arg not in self.function.keywords:
                hint = did_you_mean(str(each.arg), self.function.keywords) or f"write {self.function.usage}"
                self.reading.tell(each, TYPE, f'"{self.function.name}" has no argument "{each.arg}"', hint)
            elif each.arg == "if":
                self._condition(each.value)
            elif each.arg == "since":
                self.reading.expect(each.value, self.reading.read(each.value), (MOMENT, DATE))
            else:
                span = self.reading.expect(each.value, self.reading.read(each.value), (SPAN,))
                self.reading.answer(each.value, span)

    def _condition(self, node: ast.expr) -> None:
        if self.fields is None:
            return  # nobody knows what names mean inside of an unknown event
        with self.reading.inside(self.fields):
            self.reading.expect(node, self.reading.read(node), (YES_NO,))

    def _reference(self, node: ast.expr, what: str) -> str | None:
        """Return the name that stands for an event, a field, a table ..., or report that there is none."""
        if isinstance(node, ast.Name):
            return node.id
        message = f"{quoted(self.reading.text(node))} is not the name of {what}"
        self.reading.tell(node, TYPE, message, f"write {self.function.usage}")
        return None

    def event(self, node: ast.expr) -> Type:
        """Read the name of an event."""
        name = self._reference(node, "an event")
        if name is None:
            return NOTHING
        self.fields = self.reading.surroundings.event(name)
        if self.fields is None:
            known = self.reading.surroundings.known("event")
            return self.reading.tell(node, UNKNOWN_NAME, f'there is no event "{name}" here', did_you_mean(name, known))
        return TEXT

    def field(self, node: ast.expr) -> Type:
        """Read the name of a field of the event."""
        name = self._reference(node, "a field")
        if name is None or self.fields is None:
            return NOTHING
        if name not in self.fields:
            event = self.reading.text(self.node.args[0])
            return self.reading.tell(
                node, UNKNOWN_NAME, f'event "{event}" has no field "{name}"', did_you_mean(name, self.fields)
            )
        return type_of_field(self.fields[name]).known()  # `latest` may be unknown by itself

    def measured(self, node: ast.expr) -> Type:
        """Read a field of the event that has an order."""
        found = self.field(node)
        allowed = (NUMBER, MONEY, MOMENT, DATE) if self.function.name in ("min", "max") else (NUMBER, MONEY)
        return self.reading.expect(node, found, allowed)

    def opening_field(self, node: ast.expr) -> Type:
        """Read the name of a field of the opening event."""
        name = self._reference(node, "a field")
        if name is None:
            return NOTHING
        if self.reading.events:
            message = "in an if= stand the fields of that event, not those of the event that opened the task"
            return self.reading.tell(self.node, TYPE, message, 'compare them by "same", or by "done: {if: ..}"')
        fields = self.reading.surroundings.opening()
        if fields is None:
            return self.reading.tell(self.node, UNKNOWN_NAME, "no event opens a task here, so it has no fields")
        if name not in fields:
            return self.reading.tell(
                node, UNKNOWN_NAME, f'the opening event has no field "{name}"', did_you_mean(name, fields)
            )
        return type_of_field(fields[name])

    def table(self, node: ast.expr) -> Type:
        """Read the name of a decision table."""
        name = self._reference(node, "a table")
        if name is None:
            return NOTHING
        self.outputs = self.reading.surroundings.table(name)
        if self.outputs is None:
            hint = did_you_mean(name, self.reading.surroundings.known("table"))
            return self.reading.tell(node, UNKNOWN_NAME, f'there is no decision table "{name}"', hint)
        return TEXT

    def output(self, node: ast.expr) -> Type:
        """Read the name of an output of the table."""
        name = self._reference(node, "an output")
        if name is None or self.outputs is None:
            return NOTHING
        if name not in self.outputs:
            table = self.reading.text(self.node.args[0])
            return self.reading.tell(
                node, UNKNOWN_NAME, f'table "{table}" has no output "{name}"', did_you_mean(name, self.outputs)
            )
        return type_of_field(self.outputs[name]).known()

    def step(self, node: ast.expr) -> Type:
        """Read the name of a step."""
        name = self._reference(node, "a step")
        if name is not None and not self.reading.surroundings.step(name):
            known = self.reading.surroundings.known("step")
            return self.reading.tell(node, UNKNOWN_NAME, f'there is no step "{name}" here', did_you_mean(name, known))
        return TEXT

    def constant(self, node: ast.expr) -> Type:
        """Read a whole number that is written out."""
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value <= 1440:
            return NUMBER
        message = f"{quoted(self.reading.text(node))} is not a small whole number, written out"
        return self.reading.tell(node, TYPE, message)

    def clock(self, node: ast.expr) -> Type:
        """Read a time of day: in quotes, or a parameter or field that holds one."""
        found = self.reading.expect(node, self.reading.read(node), (TEXT,))
        if found.kind != "text" or all(minute_of_day(each) is not None for each in found.choices):
            return found
        message = f"{quoted(self.reading.text(node))} is not a time of day"
        return self.reading.tell(node, TYPE, message, 'a time of day looks like "17:00"')

    def member(self, node: ast.expr) -> Type:
        """Read one of the choices of the list before it."""
        wanted = Type("choice", self.found[0].choices) if self.found[0].kind == "choices" else TEXT
        return self.reading.expect(node, self.reading.read(node), (wanted, TEXT) if not wanted.choices else (wanted,))

    def value(self, node: ast.expr) -> Type:
        """Read anything."""
        return self.reading.read(node)


def _of(*kinds: Type) -> Callable[[CallReader, ast.expr], Type]:
    def read(call: CallReader, node: ast.expr) -> Type:
        return call.reading.expect(node, call.reading.read(node), kinds)

    return read


_ARGUMENTS: Final[dict[Argument, Callable[[CallReader, ast.expr], Type]]] = {
    "event": CallReader.event,
    "field": CallReader.field,
    "measured": CallReader.measured,
    "amount_field": CallReader.measured,
    "opening_field": CallReader.opening_field,
    "table": CallReader.table,
    "output": CallReader.output,
    "step": CallReader.step,
    "any": CallReader.value,
    "constant": CallReader.constant,
    "clock": CallReader.clock,
    "member": CallReader.member,
    "moment": _of(MOMENT),
    "instant": _of(MOMENT, DATE),
    "date": _of(DATE, MOMENT),
    "amount": _of(NUMBER, MONEY),
    "ordered": _of(NUMBER, MONEY, MOMENT, DATE, SPAN),
    "text": _of(TEXT),
    "choices": _of(Type("choices")),
}


def together(reading: Reading, one: Type, other: Type) -> Type | None:
    """Return the type of what is either; a span beside a moment counts from `start`."""
    if {one.kind, other.kind} == {"moment", "span"} and reading.lookup("start") is not None:
        return MOMENT.or_unknown(when=one.maybe or other.maybe)
    return common(one, other)


def call_type(reading: Reading, node: ast.Call) -> Type:
    """Return the type of a call, and report what is wrong in it."""
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    if name == SPAN_OF:
        return _span(reading, node)
    if name in (SPAN_BEFORE, SPAN_AFTER):
        return _before_or_after(reading, node)
    if name in PHRASE_FUNCTIONS:
        return _phrase(reading, node, PHRASE_FUNCTIONS[name])
    if name in FUNCTIONS:
        return CallReader(reading, node, FUNCTIONS[name]).result()
    hint = did_you_mean(name, FUNCTIONS)
    if not hint and reading.lookup(name) is not None:
        hint = "it is a name; names take no brackets"
    return reading.tell(node.func, UNKNOWN_FUNCTION, f'there is no function "{name}"', hint)


def _span(reading: Reading, node: ast.Call) -> Type:
    number, unit = node.args
    assert isinstance(number, ast.Constant)
    assert isinstance(unit, ast.Constant)
    assert isinstance(number.value, int | float)
    if unit.value == "months" and isinstance(number.value, float) and not number.value.is_integer():
        return reading.tell(node, UNIT, "a part of a month has no fixed length", "write it in days or weeks")
    if is_too_long(number.value, str(unit.value)):
        return reading.tell(node, UNIT, f'"{reading.text(node)}" is more than a hundred years')
    return SPAN


def _before_or_after(reading: Reading, node: ast.Call) -> Type:
    span, moment = node.args
    length = reading.expect(span, reading.read(span), (SPAN,))
    place = reading.expect(moment, reading.read(moment), (MOMENT, DATE))
    return MOMENT.or_unknown(when=length.maybe or place.maybe)


def _phrase(reading: Reading, node: ast.Call, function: Function) -> Type:
    if isinstance(node.args[0], ast.Name) and node.args[0].id == "start" and reading.lookup("start") is None:
        shown = reading.text(node)
        return reading.tell(node, UNKNOWN_NAME, f'"{shown}" counts from "start", which is not known here')
    return CallReader(reading, node, function).result()
