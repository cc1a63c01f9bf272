"""What a figure rests on: the figures it names, the events it counts, the subjects of their cases."""

from collections.abc import Iterator, Mapping

from engine.expr import Tree, parse, uses
from engine.figures.model import Figure
from engine.model import Definitions


def named_in(figure: Figure, known: Mapping[str, Figure]) -> set[str]:
    """Return the figures that a figure's formulas name."""
    return {name for tree in _trees(figure) for name in uses(tree).names if name in known}


def below(figure: Figure, known: Mapping[str, Figure]) -> dict[str, Figure]:
    """Return a figure and all that it is made of; a round of figures ends the search."""
    found = {str(figure.name): figure}
    waiting = [figure]
    while waiting:
        for name in sorted(named_in(waiting.pop(), known)):
            if name not in found:
                found[name] = known[name]
                waiting.append(known[name])
    return found


def is_round(figure: Figure, known: Mapping[str, Figure]) -> bool:
    """Return whether a figure is made of itself."""
    return any(figure.name in below(known[name], known) for name in named_in(figure, known))


def events_of(figure: Figure, known: Mapping[str, Figure]) -> set[str]:
    """Return the events that a figure counts, through the figures that it names."""
    return {event for each in below(figure, known).values() for tree in _trees(each) for event in uses(tree).events}


def subjects_of(figure: Figure, known: Mapping[str, Figure], definitions: Definitions) -> set[str]:
    """Return the subjects of the cases that a figure is about."""
    events = {str(definitions.events[event].subject) for event in events_of(figure, known)}
    return events | {str(each.cases) for each in below(figure, known).values() if each.cases is not None}


def _trees(figure: Figure) -> Iterator[Tree]:
    for text in (None if figure.cases else figure.value, figure.rank):
        tree = parse(text) if text is not None else None
        if isinstance(tree, Tree):
            yield tree
