"""From files to definitions: text, nodes, shape, model; every fault on the way is a Problem at its place."""

from engine.load.shipped import find_shipped
from engine.load.workspace import Loaded, load, load_texts

__all__ = ["Loaded", "find_shipped", "load", "load_texts"]
