"""Which combinations of slices no rule takes, without walking through them one by one.

The search splits on the input that parts most of the rules still in question, treats slices alike that leave the same
rules, stops where some rule takes all that is left, and remembers what it has found for the same rules and inputs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

#: For each input the set of its slices, as the bits of a number.
Box = tuple[int, ...]


class TooLargeError(Exception):
    """The search was given up; nothing is known."""


def meets(one: Box, other: Box) -> Box | None:
    """Return what two boxes have in common, or None.

    >>> meets((0b011, 0b1), (0b110, 0b1)), meets((0b01, 0b1), (0b10, 0b1))
    ((2, 1), None)
    """
    both = tuple(left & right for left, right in zip(one, other, strict=True))
    return both if all(both) else None


@dataclass(slots=True)
class Budget:
    """How many more steps searches may take together."""

    steps: int = 300_000

    def spend(self) -> None:
        """Take a step, or raise TooLargeError."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLargeError


@dataclass(slots=True)
class Search:
    """The parts of `region` that none of `rules` takes, as boxes; at most `most` of them, every one of them exact."""

    region: Box
    rules: Sequence[Box]
    budget: Budget = field(default_factory=Budget)
    most: int = 20
    cut_off: bool = False  # there are more boxes than were kept
    _found: dict[tuple[int, int], tuple[Box, ...]] = field(default_factory=dict)
    _takers: list[list[tuple[int, int]]] = field(default_factory=list)  # for each input its slices, and who takes each
    _parting: list[int] = field(default_factory=list)  # for each input the rules that do not take all of its slices

    def run(self) -> tuple[Box, ...]:
        """Return the boxes that no rule takes; none: the rules take all of the region."""
        rules = [rule for rule in self.rules if meets(self.region, rule)]
        for place, here in enumerate(self.region):
            self._takers.append([(one, _set(rule[place] & one for rule in rules)) for one in _bits(here)])
            self._parting.append(_set(here & ~rule[place] for rule in rules))
        return self._open((1 << len(rules)) - 1, (1 << len(self.region)) - 1)

    def _open(self, alive: int, left: int) -> tuple[Box, ...]:
        if not alive:
            return (self.region,)
        key = (alive, left)
        if key not in self._found:
            self.budget.spend()
            self._found[key] = self._split(alive, left)
        return self._found[key]

    def _split(self, alive: int, left: int) -> tuple[Box, ...]:
        places = [place for place in range(len(self.region)) if left >> place & 1]
        parted = 0
        for place in places:
            parted |= alive & self._parting[place]
        if parted != alive:
            return ()
        place = max(places, key=lambda each: (alive & self._parting[each]).bit_count())
        boxes: dict[tuple[Box, ...], int] = {}
        for following, slices in self._groups(alive, place).items():
            rest = self._open(following, left & ~(1 << place))
            if rest:
                boxes[rest] = boxes.get(rest, 0) | slices
        found = [(*box[:place], slices, *box[place + 1 :]) for rest, slices in boxes.items() for box in rest]
        self.cut_off |= len(found) > self.most
        return tuple(found[: self.most])

    def _groups(self, alive: int, place: int) -> dict[int, int]:
        """Return the slices of an input by the rules that take them."""
        groups: dict[int, int] = {}
        for one, takers in self._takers[place]:
            groups[alive & takers] = groups.get(alive & takers, 0) | one
        return groups


def _set(members: Iterable[int]) -> int:
    """Return the places of what is not 0, as bits."""
    return sum(1 << place for place, member in enumerate(members) if member)


def _bits(number: int) -> Iterator[int]:
    while number:
        yield number & -number
        number &= number - 1
