"""A process as a picture in the language of mermaid, which many viewers of Markdown draw."""

from collections.abc import Iterator

from engine.handbook.links import Drawing, drawing
from engine.model import Definitions


def mermaid(definitions: Definitions, name: str, language: str) -> str:
    """Return a process as a mermaid flow chart: a group a stage, a box a step, an arrow from what opens it."""
    return "\n".join(_mermaid(drawing(definitions, name, language))) + "\n"


def _mermaid(one: Drawing) -> Iterator[str]:
    yield "flowchart LR"
    for number, (stage, nodes) in enumerate(one.stages, 1):
        yield f'  subgraph stage{number}["{_text(stage)}"]'
        yield from (f'    s_{node.name}["{_text(node.title)}<br/>{_text(node.role)}"]' for node in nodes)
        yield "  end"
    led = {target for _, target in one.arrows}
    for _, nodes in one.stages:
        for node in nodes:
            if node.name not in led:
                yield f'  o_{node.name}(["{_text(node.opening)}"]) --> s_{node.name}'
    yield from (f"  s_{source} --> s_{target}" for source, target in one.arrows)


def _text(text: str) -> str:
    """Return a text as mermaid shows it: quotes, brackets and signs of its own are written as numbers.

    >>> _text('the "first" call; 100%')
    'the #34;first#34; call#59; 100#37;'
    """
    return "".join(f"#{ord(each)};" if each in '"<>#;&%`\\' else each for each in text)
