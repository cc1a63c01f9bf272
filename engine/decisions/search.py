"""Which combinations of slices no rule takes, without walking through them one by one.

The search splits on the input that parts most of the rules still in question, treats slices alike that leave the same
rules, stops where some rule takes all that is left, and remembers what it has found for the same rules and inputs.
"""

from collections.abc import Sequence
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
class Search:
    """The parts of `region` that none of `rules` takes, as boxes; at most `most` of them, every one of them exact."""

    region: Box
    rules: Sequence[Box]
    most: int = 20
    steps: int = 100_000
    cut_off: bool = False  # there are more boxes than were kept
    _found: dict[tuple[int, int], tuple[Box, ...]] = field(default_factory=dict)
    _parting: list[int] = field(default_factory=list)  # for each input the rules that do not take all of its slices

    def run(self) -> tuple[Box, ...]:
        """Return the boxes that no rule takes; none: the rules take all of the region."""
        for place, here in enumerate(self.region):
            parting = [number for number, rule in enumerate(self.rules) if here & ~rule[place]]
            self._parting.append(sum(1 << number for number in parting))
        alive = [number for number, rule in enumerate(self.rules) if meets(self.region, rule)]
        return self._open(sum(1 << number for number in alive), (1 << len(self.region)) - 1)

    def _open(self, alive: int, left: int) -> tuple[Box, ...]:
        if not alive:
            return (self.region,)
        key = (alive, left)
        if key not in self._found:
            self.steps -= 1
            if self.steps < 0:
                raise TooLargeError
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
        rest = self.region[place]
        while rest:
            one = rest & -rest
            rest ^= one
            key = sum(1 << number for number in _bits(alive) if self.rules[number][place] & one)
            groups[key] = groups.get(key, 0) | one
        return groups


def _bits(number: int) -> list[int]:
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found
