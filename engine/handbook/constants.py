"""What a comparison answers where its value is unknown and another stands in: only sentences that need it say so."""

import ast
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from engine.model import Definitions

_Plain = str | bool | Decimal
_COMPARE: Final[dict[str, Callable[..., bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds_for_unknown(definitions: Definitions, left: ast.expr, sign: str, right: ast.expr) -> bool | None:
    """Return whether `or_else(x, DEFAULT) sign right` holds where x is unknown; None if that can't be told."""
    if not (isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "or_else"):
        return None
    default, other = _constant(definitions, left.args[1]), _constant(definitions, right)
    if default is None or other is None:
        return _among(definitions, default, sign, right)
    if isinstance(default, Decimal) != isinstance(other, Decimal) or sign not in _COMPARE:
        return None
    return _COMPARE[sign](default, other)


def _among(definitions: Definitions, default: _Plain | None, sign: str, right: ast.expr) -> bool | None:
    if default is None or not isinstance(right, ast.List):
        return None
    members = [_constant(definitions, each) for each in right.elts]
    return None if None in members else (default in members) == (sign == "in")


def _constant(definitions: Definitions, node: ast.expr) -> _Plain | None:
    """Return a value that is written out, or that a parameter of one value has."""
    if isinstance(node, ast.Constant):
        return (
            Decimal(str(node.value))
            if isinstance(node.value, int | float) and node.value not in (True, False)
            else _text(node.value)
        )
    if isinstance(node, ast.Name) and node.id in definitions.parameters:
        parameter = definitions.parameters[node.id]
        if parameter.type == "number" and len(parameter.values) == 1 and not _is_set_elsewhere(definitions, node.id):
            return Decimal(str(parameter.values[0].value))
    return None


def _text(value: object) -> _Plain | None:
    if isinstance(value, bool | str):
        return value
    return Decimal(str(value)) if isinstance(value, int | float) else None


def _is_set_elsewhere(definitions: Definitions, name: str) -> bool:
    return any(key == name for overlay in definitions.overlays.values() for key in overlay.parameters)
