"""What a condition answers: the parts of an expression that are known once it holds, or once it doesn't."""

import ast
from collections.abc import Iterable
from typing import Final

Facts = frozenset[str]

NO_FACTS: Final[Facts] = frozenset()


def key(node: ast.expr) -> str:
    """Return what is the same for two parts of expressions that say the same."""
    return ast.dump(node, annotate_fields=False)


def name_fact(name: str) -> str:
    """Return the key of what a name stands for."""
    return key(ast.Name(str(name), ast.Load()))


def facts(condition: ast.expr, *, holds: bool) -> Facts:
    """Return the keys of what is known where `condition` came out as `holds`; sound for unknown conditions too.

    >>> condition = ast.parse("is_known(x) and y", mode="eval").body
    >>> key(ast.Name("x", ast.Load())) in facts(condition, holds=True)
    True
    >>> facts(condition, holds=False)
    frozenset()
    """
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return facts(inner, holds=not holds)
        case ast.BoolOp(op=joint, values=values):
            each = [facts(value, holds=holds) for value in values]
            return NO_FACTS.union(*each) if isinstance(joint, ast.And) == holds else each[0].intersection(*each)
        case ast.Call(func=ast.Name(id=function), args=[asked, *_]) if holds:
            return frozenset(_answers(condition, function, asked))
        case _:
            return NO_FACTS


def _answers(condition: ast.Call, function: str, asked: ast.expr) -> Iterable[str]:
    match function:
        case "is_known":
            yield key(asked)
        case "happened":
            conditions = [each for each in condition.keywords if each.arg == "if"]
            for name in ("first", "last"):
                yield key(ast.Call(ast.Name(name, ast.Load()), condition.args, conditions))
        case "is_done":
            yield key(ast.Call(ast.Name("done_at", ast.Load()), condition.args, []))


def facts_outside(known: Facts, shadowed: Iterable[str]) -> Facts:
    """Return the facts that say nothing about the shadowed names."""
    marks = [f"Name('{each}'" for each in shadowed]
    return frozenset(each for each in known if not any(mark in each for mark in marks))
