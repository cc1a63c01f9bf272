"""The values that an input can have, cut into slices within which no cell of its column changes its answer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final

from engine.decisions.cells import Cell, Interval, Ordered, Plain
from engine.decisions.given import shown
from engine.model import Field

_NOWHERE_ELSE: Final = "anything else"


@dataclass(frozen=True, slots=True)
class Slice:
    """Values that every cell takes or leaves together. `sample` is one of them, None stands for what is unknown."""

    sample: Plain
    interval: Interval | None = None  # of an axis that has an order
    is_rest: bool = False  # every text that no cell names


@dataclass(frozen=True, slots=True)
class Axis:
    """An input and its slices; a set of slices is the bits of a number, the first slice the lowest one."""

    name: str
    slices: tuple[Slice, ...]

    @property
    def all(self) -> int:
        """All slices."""
        return (1 << len(self.slices)) - 1

    def takes(self, cell: Cell | None) -> int:
        """Return the slices that a cell takes; a missing cell takes all."""
        if cell is None:
            return self.all
        return sum(1 << place for place, each in enumerate(self.slices) if cell.matches(each.sample))

    def sample(self, chosen: int) -> Plain:
        """Return a value of the first of the chosen slices."""
        return self.slices[(chosen & -chosen).bit_length() - 1].sample

    def describe(self, chosen: int) -> str:
        """Return what the chosen slices say of the input, "" for all of them.

        >>> month = axis(Field("month", "number"), [Cell("3", "number", (Interval(Decimal(3), Decimal(3)),))])
        >>> month.describe(0b001), month.describe(0b010), month.describe(0b101)
        ('month < 3', 'month = 3', 'month < 3 or month > 3')
        """
        if chosen == self.all:
            return ""
        places = [place for place in range(len(self.slices)) if chosen >> place & 1]
        known = [place for place in places if self.slices[place].sample is not None]
        texts = [f"{self.name} unknown"] if len(known) < len(places) else []
        if len(known) == self._known():
            return " or ".join([f"{self.name} known", *texts])
        if known and self.slices[known[0]].interval is not None:
            return " or ".join([*(self._run(run) for run in _runs(known)), *texts])
        words = [_NOWHERE_ELSE if self.slices[each].is_rest else shown(self.slices[each].sample) for each in known]
        return " or ".join([f"{self.name} = {' or '.join(words)}"] * bool(words) + texts)

    def _known(self) -> int:
        return sum(each.sample is not None for each in self.slices)

    def _run(self, run: Sequence[int]) -> str:
        first, last = self.slices[run[0]].interval, self.slices[run[-1]].interval
        assert first is not None
        assert last is not None
        if first.low is not None and first.low == last.high:
            return f"{self.name} = {_text(first.low)}"
        low = None if run[0] == 0 else first.low
        high = None if run[-1] == self._known() - 1 else last.high
        below, above = "<=" if first.has_low else "<", "<=" if last.has_high else "<"
        if low is None:
            return f"{self.name} {above} {_text(high)}"
        if high is None:
            return f"{self.name} {below.replace('<', '>')} {_text(low)}"
        return f"{_text(low)} {below} {self.name} {above} {_text(high)}"


def _text(value: Ordered | None) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else shown(value)


def _runs(places: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def axis(field: Field, cells: Sequence[Cell], *, may_be_unknown: bool = False, is_whole: bool = False) -> Axis:
    """Return the slices of an input whose column has these cells; `is_whole`: it is always a whole number."""
    if field.type in ("number", "money", "date"):
        slices = list(_ordered(field, cells, _lattice(field, is_whole=is_whole)))
    elif field.type == "yes_no":
        slices = [Slice(sample=True), Slice(sample=False)]
    elif field.type == "choice" and field.choices:
        slices = [Slice(str(each)) for each in field.choices]
    else:
        slices = _texts(cells)
    unknown = [Slice(None)] if may_be_unknown else []
    return Axis(str(field.name), (*slices, *unknown))


def _texts(cells: Sequence[Cell]) -> list[Slice]:
    named = sorted({str(value) for cell in cells for value in cell.values})
    rest = "…"
    while rest in named:
        rest += "…"
    return [*map(Slice, named), Slice(rest, is_rest=True)]


@dataclass(frozen=True, slots=True)
class _Lattice:
    """The values of an axis that are next to each other; step None: between two there is always another."""

    step: Decimal | timedelta | None

    def after(self, value: Ordered) -> Ordered | None:
        """Return the first value above, or None at the end of the calendar."""
        if isinstance(value, date):
            return None if value == date.max else value + timedelta(1)
        step = self.step if isinstance(self.step, Decimal) else Decimal(1)
        return ((value / step).to_integral_value(ROUND_FLOOR) + 1) * step

    def before(self, value: Ordered) -> Ordered | None:
        """Return the last value below, or None at the beginning of the calendar."""
        if isinstance(value, date):
            return None if value == date.min else value - timedelta(1)
        step = self.step if isinstance(self.step, Decimal) else Decimal(1)
        return ((value / step).to_integral_value(ROUND_CEILING) - 1) * step

    def has(self, value: Ordered) -> bool:
        """Return whether the axis has the value."""
        return not (isinstance(self.step, Decimal) and isinstance(value, Decimal)) or value % self.step == 0


def _lattice(field: Field, *, is_whole: bool) -> _Lattice:
    if field.type == "date":
        return _Lattice(timedelta(1))
    return _Lattice(Decimal("0.01") if field.type == "money" else Decimal(1) if is_whole else None)


def _ordered(field: Field, cells: Sequence[Cell], lattice: _Lattice) -> Iterator[Slice]:
    limits = [None if each is None else Decimal(repr(each)) for each in (field.at_least, field.at_most)]
    low, high = (None, None) if field.type == "date" else limits
    bounds = {bound for cell in cells for bound in cell.bounds()} | {each for each in (low, high) if each is not None}
    start = date(2000, 1, 1) if field.type == "date" else Decimal(0)
    for each in _cut(sorted(bounds), lattice, start):
        if Interval(low, high).contains(each.sample):  # type: ignore[arg-type]
            yield each


def _cut(bounds: Sequence[Ordered], lattice: _Lattice, start: Ordered) -> Iterator[Slice]:
    if not bounds:
        yield Slice(start, Interval())
        return
    yield from _end(lattice.before(bounds[0]), bounds[0], lattice, is_low=True)
    for bound, following in pairwise([*bounds, None]):
        assert bound is not None
        if lattice.has(bound):
            yield Slice(bound, Interval(bound, bound))
        if following is not None:
            yield from _between(bound, following, lattice)
    yield from _end(lattice.after(bounds[-1]), bounds[-1], lattice, is_low=False)


def _between(low: Ordered, high: Ordered, lattice: _Lattice) -> Iterator[Slice]:
    if lattice.step is None:
        assert isinstance(low, Decimal)
        assert isinstance(high, Decimal)
        yield Slice((low + high) / 2, Interval(low, high, has_low=False, has_high=False))
        return
    first, last = lattice.after(low), lattice.before(high)
    assert first is not None
    assert last is not None
    if first <= last:  # type: ignore[operator]
        yield Slice(first, Interval(first, last))


def _end(sample: Ordered | None, bound: Ordered, lattice: _Lattice, *, is_low: bool) -> Iterator[Slice]:
    if sample is None:
        return
    is_dense = lattice.step is None
    edge = bound if is_dense else sample
    yield Slice(
        sample,
        Interval(high=edge, has_high=not is_dense) if is_low else Interval(low=edge, has_low=not is_dense),
    )
