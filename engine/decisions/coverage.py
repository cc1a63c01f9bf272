"""What the rules of a table leave open, take twice or never take: exact, over all values that its inputs can have."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Final

from engine.decisions.axes import Axis, axis
from engine.decisions.cells import Cell, Plain
from engine.decisions.columns import cell_of
from engine.decisions.search import Box, Budget, Search, TooLargeError, meets
from engine.model import DecisionTable, Rule

_MOST: Final = 10  # gaps that are worth telling


@dataclass(frozen=True, slots=True)
class Gap:
    """Values that no rule takes: `text` says all of them, `example` is one; from `since` to `until`, both days in."""

    text: str
    example: Mapping[str, Plain]
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules, numbered from 1, that take the same values."""

    rows: tuple[int, int]
    text: str
    example: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A rule that takes nothing: rules above it do (`by`), or a cell of its own does (`why`), else its dates do."""

    row: int
    by: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was found. `has_more_gaps`: not all gaps are named; `is_complete`: False if the search was given up."""

    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    unreached: tuple[Unreached, ...]
    has_more_gaps: bool = False
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class _Period:
    """Days on which the same rules are in force."""

    since: date | None
    until: date | None

    def has(self, rule: Rule) -> bool:
        begins = rule.since is None or (self.since is not None and rule.since <= self.since)
        return begins and (rule.until is None or (self.until is not None and self.until <= rule.until))


class Grid:
    """A table as boxes of slices; its cells must be readable.

    An input is unknown at times if it is in `may_be_unknown` or a cell asks for it; those in `whole` are whole numbers.
    """

    def __init__(self, table: DecisionTable, may_be_unknown: Container[str] = (), whole: Container[str] = ()) -> None:
        self.table = table
        self.cells = [[cell_of(rule, name, each.field) for name, each in table.inputs.items()] for rule in table.rules]
        self.axes: list[Axis] = []
        for place, (name, each) in enumerate(table.inputs.items()):
            column: list[Cell] = [row[place] for row in self.cells if row[place] is not None]  # type: ignore[misc]
            unknown = name in may_be_unknown or any(cell.unknown for cell in column)
            self.axes.append(axis(each.field, column, may_be_unknown=unknown, is_whole=name in whole))
        self.boxes = [tuple(map(Axis.takes, self.axes, row)) for row in self.cells]
        self.all: Box = tuple(each.all for each in self.axes)
        self.periods = _periods(table.rules)

    def in_force(self, period: _Period) -> list[int]:
        """Return the rules in force in a period, numbered from 0."""
        return [number for number, rule in enumerate(self.table.rules) if period.has(rule)]

    def describe(self, box: Box) -> str:
        """Return a box in words."""
        texts = [each.describe(chosen) for each, chosen in zip(self.axes, box, strict=True)]
        return ", ".join(text for text in texts if text) or "anything"

    def example(self, box: Box) -> dict[str, Plain]:
        """Return values in a box."""
        return {each.name: each.sample(chosen) for each, chosen in zip(self.axes, box, strict=True)}


def _periods(rules: Sequence[Rule]) -> list[_Period]:
    begins = {rule.since for rule in rules if rule.since}
    begins |= {rule.until + timedelta(1) for rule in rules if rule.until and rule.until < date.max}
    edges: list[date | None] = [None, *sorted(begins), None]
    return [_Period(since, until and until - timedelta(1)) for since, until in pairwise(edges)]


def coverage(grid: Grid, steps: int = 300_000) -> Coverage:
    """Return what the rules of a table leave open, take twice or never take; `steps` bounds each of the searches."""
    found = tuple(overlaps(grid))
    try:
        open_, has_more = gaps(grid, Budget(steps))
        return Coverage(open_, found, tuple(unreached(grid, Budget(steps))), has_more)
    except TooLargeError:
        return Coverage((), found, tuple(_never(grid)), is_complete=False)


def gaps(grid: Grid, budget: Budget) -> tuple[tuple[Gap, ...], bool]:
    """Return what no rule takes, the first ones if there are many, and whether there is more.

    Raises TooLargeError past its budget.
    """
    found: dict[Box, list[_Period]] = {}
    has_more = False
    for period in grid.periods:
        search = Search(grid.all, [grid.boxes[each] for each in grid.in_force(period)], budget)
        for box in search.run():
            spells = found.setdefault(box, [])
            if spells and spells[-1].until and period.since == spells[-1].until + timedelta(1):
                spells[-1] = _Period(spells[-1].since, period.until)
            else:
                spells.append(period)
        has_more |= search.cut_off
    told = [(box, spell) for box, spells in found.items() for spell in spells]
    named = [Gap(grid.describe(box), grid.example(box), spell.since, spell.until) for box, spell in told[:_MOST]]
    return tuple(named), has_more or len(told) > _MOST


def overlaps(grid: Grid) -> Iterator[Overlap]:
    """Return each pair of rules that take the same values on the same day."""
    for one, other in combinations(range(len(grid.boxes)), 2):
        both = meets(grid.boxes[one], grid.boxes[other])
        if both and _together(grid.table.rules[one], grid.table.rules[other]):
            yield Overlap((one + 1, other + 1), grid.describe(both), grid.example(both))


def _together(one: Rule, other: Rule) -> bool:
    since = max(one.since or date.min, other.since or date.min)
    return since <= min(one.until or date.max, other.until or date.max)


def _never(grid: Grid) -> Iterator[Unreached]:
    """Return the rules that take nothing by themselves."""
    for number, (rule, box) in enumerate(zip(grid.table.rules, grid.boxes, strict=True)):
        if not _together(rule, rule):
            yield Unreached(number + 1)
            continue
        for place, taken in enumerate(box):
            cell = grid.cells[number][place]
            if not taken and cell is not None:
                yield Unreached(number + 1, why=f'"{grid.axes[place].name}" is never "{cell.text}"')
                break


def unreached(grid: Grid, budget: Budget) -> Iterator[Unreached]:
    """Return the rules that are never used: under hit first those above count. May raise TooLargeError."""
    never = {each.row: each for each in _never(grid)}
    for number in range(len(grid.boxes)):
        if number + 1 in never:
            yield never[number + 1]
        elif grid.table.hit == "first":
            by = _covering(grid, number, budget)
            if by:
                yield Unreached(number + 1, tuple(each + 1 for each in by))


def _covering(grid: Grid, number: int, budget: Budget) -> list[int]:
    """Return rules above one that take all its cases, none of them in vain; none if some case is left to it."""
    above = [each for each in range(number) if meets(grid.boxes[number], grid.boxes[each])]
    for each in above:
        if _holds_all(grid, number, each):
            return [each]
    if not above or not _is_covered(grid, number, above, budget):
        return []
    for each in list(above):
        fewer = [other for other in above if other != each]
        if _is_covered(grid, number, fewer, budget):
            above = fewer
    return above


def _holds_all(grid: Grid, number: int, other: int) -> bool:
    """Return whether one other rule takes all that a rule takes, for as long."""
    mine, wider = grid.table.rules[number], grid.table.rules[other]
    for_as_long = (wider.since or date.min) <= (mine.since or date.min) and (mine.until or date.max) <= (
        wider.until or date.max
    )
    return for_as_long and meets(grid.boxes[number], grid.boxes[other]) == grid.boxes[number]


def _is_covered(grid: Grid, number: int, by: Sequence[int], budget: Budget) -> bool:
    """Return whether the rules `by` take every case of a rule, on every day on which it is in force."""
    for period in grid.periods:
        if not period.has(grid.table.rules[number]):
            continue
        rules = [grid.boxes[each] for each in by if period.has(grid.table.rules[each])]
        if Search(grid.boxes[number], rules, budget, most=1).run():
            return False
    return True
