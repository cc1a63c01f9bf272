"""Unknown moments and numbers go around a sum over columns, not through it."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt

from engine.calendars.table import NULL

P = ParamSpec("P")
Column = TypeVar("Column", npt.NDArray[np.int64], npt.NDArray[np.bool_])


def over_known(function: Callable[P, Column]) -> Callable[P, Column]:
    """Return `function` of (table, *columns) called with int64 columns of one length that hold no `NULL`.

    Rows where any column is `NULL` are left out and answered with `NULL`, or with False by a yes-no function.
    Single numbers are spread over the length of the others.
    """
    signature = inspect.signature(function)
    is_yes_no = "bool" in str(signature.return_annotation)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Column:
        table, *given = signature.bind(*args, **kwargs).arguments.values()
        columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, dtype=np.int64)) for each in given))
        plain = cast("Callable[..., Column]", function)
        known = np.logical_and.reduce([each != NULL for each in columns])
        if known.all():
            return plain(table, *columns)
        answers: npt.NDArray[Any] = np.full(known.shape, False if is_yes_no else NULL)
        answers[known] = plain(table, *(each[known] for each in columns))
        return cast("Column", answers)

    return call
