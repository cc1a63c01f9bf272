"""Expressions as sentences: what holds, what something is, when something is; in the words of the definitions."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.expr import Tree, Type, parse
from engine.expr.functions import FUNCTIONS, PHRASE_FUNCTIONS
from engine.expr.infer import node_types
from engine.expr.phrases import SPAN_AFTER, SPAN_BEFORE, SPAN_OF
from engine.expr.rules import SIGNS
from engine.expr.surroundings import Surroundings
from engine.handbook import calls
from engine.handbook.constants import holds_for_unknown
from engine.handbook.terms import Terms
from engine.handbook.wording import ASKED, MOMENTS
from engine.model import Title

_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "in": "not in", "not in": "in"}
_SWAPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TIMES: Final = ("moment", "date")


@dataclass(frozen=True)
class Reader:
    """Reads expressions aloud at one place: `names` says what the names there mean."""

    terms: Terms
    names: Surroundings
    types: Mapping[int, Type]
    wanted: Mapping[str, Title]  # the choices that a bare word may be

    # --- conditions

    def holds(self, node: ast.expr, *, yes: bool = True, inner: bool = False) -> str:  # noqa: PLR0911 - one a node
        """Return the sentence that a condition holds, or that it does not."""
        match node:
            case ast.BoolOp():
                return self._joined(node, yes=yes, inner=inner)
            case ast.UnaryOp(op=ast.Not()):
                return self.holds(node.operand, yes=not yes, inner=inner)
            case ast.Compare():
                return self._compared(node, yes=yes, inner=inner)
            case ast.Constant():
                return self.terms.tell("always" if bool(node.value) == yes else "never")
            case ast.IfExp():
                parts = {"test": self.holds(node.test, inner=True)}
                parts["body"] = self.holds(node.body, yes=yes, inner=True)
                parts["other"] = self.holds(node.orelse, yes=yes, inner=True)
                return self._bracketed(self.terms.tell("if holds", **parts), inner=inner)
            case ast.Call(func=ast.Name(id=name)) if name in ASKED:
                return calls.asked(self, node, yes=yes)
            case ast.Call(func=ast.Name(id="or_else")):
                return self._or_else_holds(node, yes=yes)
        return self._plain_holds(node, yes=yes)

    def _joined(self, node: ast.BoolOp, *, yes: bool, inner: bool) -> str:
        word = "and" if isinstance(node.op, ast.And) == yes else "or"
        parts = [self.holds(each, yes=yes, inner=True) for each in node.values]
        if not inner:
            return self.terms.tell(word).join(parts)
        return self._bracketed(self.terms.tell(f"inner {word}").join(parts), inner=True)

    def _bracketed(self, text: str, *, inner: bool) -> str:
        return self.terms.tell("bracket", text=text) if inner else text

    def _plain_holds(self, node: ast.expr, *, yes: bool) -> str:
        """Return that a yes-or-no value is yes: a parameter is set so, a formula holds, a field is filled in so."""
        if isinstance(node, ast.Name):
            if self._means(node.id) == "parameter":
                return self._set(node.id, yes=yes)
            if self._means(node.id) == "formula":
                return self.terms.tell("holds" if yes else "holds not", what=self.noun(node))
        return self.terms.tell("is yes" if yes else "is no", what=self.noun(node))

    def _set(self, name: str, *, yes: bool) -> str:
        parameter = self.names.definitions.parameters[name]
        asked = self.terms.tell("set yes" if yes else "set no", what=self.terms.title(parameter.title, name))
        return self.terms.tell("aside", text=asked, aside=self._values(name))

    def _values(self, name: str) -> str:
        parameter = self.names.definitions.parameters[name]
        here = self.terms.tell("now set", value=self.terms.parameter_value(parameter))
        there = [
            self.terms.tell("here", campus=each, value=value) for each, value in self.terms.campus_values(parameter)
        ]
        return self.terms.joined([here, *there])

    def _or_else_holds(self, node: ast.Call, *, yes: bool) -> str:
        value, other = node.args
        if not isinstance(other, ast.Constant):
            return self.terms.tell("is yes" if yes else "is no", what=self.noun(node))
        text = self.holds(value, yes=yes, inner=True)
        return self.terms.tell("unknown too", text=text) if bool(other.value) == yes else text

    def _compared(self, node: ast.Compare, *, yes: bool, inner: bool) -> str:
        sides = [node.left, *node.comparators]
        signs = [SIGNS[type(each)] for each in node.ops]
        parts = [
            self._comparison(left, sign if yes else _OPPOSITE[sign], right)
            for left, sign, right in zip(sides, signs, sides[1:], strict=False)
        ]
        text = self.terms.tell("inner and" if yes else "inner or").join(parts)
        return self._bracketed(text, inner=inner and len(parts) > 1)

    def _comparison(self, left: ast.expr, sign: str, right: ast.expr) -> str:
        if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
            left, right, sign = right, left, _SWAPPED.get(sign, sign)
        counts_unknown = holds_for_unknown(self.names.definitions, left, sign, right)
        subject = left.args[0] if counts_unknown is not None and isinstance(left, ast.Call) else left
        titles = self.choices(left) or self.choices(right)
        one = self.noun(subject, titles)
        text = self.terms.tell(self._verb(sign, left), left=one, right=self._member(right, titles))
        if self._is_choice_parameter(left):
            assert isinstance(left, ast.Name)
            text = self.terms.tell("aside", text=text, aside=self._values(left.id))
        return self.terms.tell("unknown too", text=text) if counts_unknown else text

    def _is_choice_parameter(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self._means(node.id) == "parameter" and self._kind(node) == "choice"

    def _verb(self, sign: str, left: ast.expr) -> str:
        if self._kind(left) in _TIMES and sign in _SWAPPED:
            return f"{sign} moment"
        return f"{sign} number" if sign in ("==", "!=") and self._kind(left) in ("number", "money") else sign

    def _member(self, node: ast.expr, titles: Mapping[str, Title]) -> str:
        if isinstance(node, ast.List):
            return self.terms.joined(self.noun(each, titles) for each in node.elts)
        return self.noun(node, titles)

    # --- values

    def noun(  # noqa: PLR0911 - one a node
        self, node: ast.expr, titles: Mapping[str, Title] | None = None
    ) -> str:
        """Return what a value is; `titles` are those of the choices that it may be."""
        match node:
            case ast.Name():
                return self._name(node.id, titles or self.wanted)
            case ast.Constant():
                return self._constant(node.value, titles or {})
            case ast.BinOp():
                return self._calculated(node)
            case ast.UnaryOp(op=ast.USub()):
                return self.terms.tell("minus", what=self.noun(node.operand))
            case ast.IfExp():
                return self.terms.tell("bracket", text=self.chosen(node, titles))
            case ast.Call():
                return calls.noun(self, node)
            case ast.List():
                return self.terms.joined(self.noun(each, titles) for each in node.elts)
        return self.terms.tell("bracket", text=self.holds(node))

    def chosen(self, node: ast.IfExp, titles: Mapping[str, Title] | None = None) -> str:
        """Return one of two values, and when it is which; a chain of them reads as one."""
        parts = {"test": self.holds(node.test, inner=True), "body": self.noun(node.body, titles)}
        if isinstance(node.orelse, ast.IfExp):
            return self.terms.tell("else if", **parts, other=self.chosen(node.orelse, titles))
        return self.terms.tell("if", **parts, other=self.noun(node.orelse, titles))

    def whole(self, node: ast.expr, titles: Mapping[str, Title] | None = None) -> str:
        """Return a value that stands by itself: no brackets are around it."""
        if isinstance(node, ast.IfExp):
            return self.chosen(node, titles)
        is_asked = self._kind(node) == "yes_no" and not isinstance(node, ast.Name | ast.Constant)
        return self.holds(node) if is_asked else self.noun(node, titles)

    def _means(self, name: str) -> str:
        names = self.names
        if name in names.fields or name in names.more or name in MOMENTS:
            return "moment" if name in MOMENTS and name not in names.fields else "field"
        subject = names.definitions.subjects.get(names.subject)
        if subject and name in subject.fields:
            return "field"
        if name in names.definitions.formulas.get(names.subject, {}):
            return "formula"
        return "parameter" if name in names.definitions.parameters else "word"

    def _name(self, name: str, titles: Mapping[str, Title]) -> str:
        match self._means(name):
            case "moment":
                return self.terms.pick(MOMENTS[name][0])
            case "field":
                return self.terms.title(self._field_title(name), name)
            case "formula":
                return self.terms.title(self.names.definitions.formulas[self.names.subject][name].title, name)
            case "parameter":
                return self._parameter(name)
        return self.terms.choice(name, titles)

    def _field_title(self, name: str) -> Title:
        subject = self.names.definitions.subjects.get(self.names.subject)
        found = self.names.fields.get(name) or (subject.fields.get(name) if subject else None)
        return found.title if found else Title()

    def _parameter(self, name: str) -> str:
        """Return a parameter's value with its title; of a choice or yes-or-no the title alone."""
        parameter = self.names.definitions.parameters[name]
        title = self.terms.title(parameter.title, name)
        if parameter.type in ("choice", "yes_no"):
            return title
        there = [
            self.terms.tell("here", campus=each, value=value) for each, value in self.terms.campus_values(parameter)
        ]
        aside = self.terms.joined([title, *there])
        return self.terms.tell("parameter", value=self.terms.parameter_value(parameter), name=aside)

    def _constant(self, value: object, titles: Mapping[str, Title]) -> str:
        if isinstance(value, bool):
            return self.terms.tell("yes" if value else "no")
        if isinstance(value, str):
            return self.terms.choice(value, titles) if titles else self.terms.quoted(value)
        return f"{value:,}" if isinstance(value, int) and value > 9999 else str(value)

    def _calculated(self, node: ast.BinOp) -> str:
        sign = SIGNS[type(node.op)]
        left, right = (self._kind(each) for each in (node.left, node.right))
        if left in _TIMES and right == "span":
            return self.shifted("after" if sign == "+" else "before", node.right, node.left)
        if left == "span" and right in _TIMES:
            return self.shifted("after", node.left, node.right)
        return self.terms.tell(
            sign, left=self._operand(node.left, sign), right=self._operand(node.right, sign, last=True)
        )

    def shifted(self, way: str, span: ast.expr, moment: ast.expr) -> str:
        """Return a moment that is a span before or after another."""
        if isinstance(moment, ast.Name) and self._means(moment.id) == "moment":
            base = self.terms.pick(MOMENTS[moment.id][1])
        else:
            base = self.noun(moment)
        return self.terms.tell(way, moment=base, span=self.noun(span))

    def _operand(self, node: ast.expr, sign: str, *, last: bool = False) -> str:
        """Return a side of an operation, in brackets where it would be read otherwise without them."""
        text = self.noun(node)
        inner = SIGNS[type(node.op)] if isinstance(node, ast.BinOp) else ""
        needs = inner and (
            (sign in "*/" and inner in "+-") or (last and (sign == "/" or (sign + inner) in ("-+", "--")))
        )
        return self.terms.tell("bracket", text=text) if needs else text

    # --- what is around

    def _kind(self, node: ast.expr) -> str:
        found = self.types.get(id(node))
        return found.kind if found else ""

    def is_span(self, node: ast.expr) -> bool:
        """Return whether a value is a span of time."""
        return self._kind(node) == "span"

    def is_moment(self, node: ast.expr) -> bool:
        """Return whether a value is a moment or a day."""
        return self._kind(node) in _TIMES

    def choices(self, node: ast.expr) -> Mapping[str, Title]:
        """Return the titles of the choices that a value may be."""
        return calls.choices(self, node)

    def inside(self, event: str) -> "Reader":
        """Return a reader of the condition on an event of the case."""
        return replace(self, names=replace(self.names, fields=self.names.event(event) or {}))


def reader(
    terms: Terms, names: Surroundings, text: str, wanted: Mapping[str, Title] | None = None, types: Sequence[Type] = ()
) -> tuple[Reader, ast.expr]:
    """Return the reader of an expression that stands at `names`, and its tree."""
    from engine.text import Word

    tree = parse(Word(text))
    assert isinstance(tree, Tree), text
    return Reader(terms, names, node_types(tree.node, names, types), wanted or {}), tree.node


def condition(terms: Terms, names: Surroundings, text: str) -> str:
    """Return a condition as a sentence."""
    read, node = reader(terms, names, text)
    return read.holds(node)


def value(terms: Terms, names: Surroundings, text: str, wanted: Mapping[str, Title] | None = None) -> str:
    """Return a value in words."""
    choices = tuple(wanted or ())
    types = (Type("choice", choices), Type("choices", choices)) if choices else ()
    read, node = reader(terms, names, text, wanted, types)
    return read.whole(node, wanted)


#: All functions that can stand in a tree: what the wording must know.
SPOKEN: Final = (*FUNCTIONS, *PHRASE_FUNCTIONS, SPAN_OF, SPAN_BEFORE, SPAN_AFTER)
