"""Files and folders to definitions: read, parse, check the shape, build, and say all that is wrong."""

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.load.build import build
from engine.load.files import read
from engine.load.nodes import MapNode, parse
from engine.load.schema import kind_of, violations
from engine.load.shipped import find_shipped
from engine.model import Definitions
from engine.problems import Problem, has_errors, in_order
from engine.text import Span

__all__ = ["Loaded", "find_shipped", "load", "load_texts"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What files define, what is wrong with them, and their texts by the path that spans name.

    A file with an error of its own is left out of `definitions`.
    """

    definitions: Definitions
    problems: list[Problem]
    sources: Mapping[str, str]


def load(paths: Sequence[Path]) -> Loaded:
    """Return what the files, and the *.yaml and *.yml files below the folders, define together."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for path in dict.fromkeys(_files(paths, problems)):
        shown = _shown(path)
        text, found = read(path, shown)
        problems += found
        if text is not None:
            texts[shown] = text
    loaded = load_texts(texts)
    return Loaded(loaded.definitions, in_order([*problems, *loaded.problems]), texts)


def load_texts(texts: Mapping[str, str]) -> Loaded:
    """Return what the texts define together; each key names its text in spans."""
    problems: list[Problem] = []
    with _no_collection():
        files = list(_checked(texts, problems))
        definitions, found = build(files)
    return Loaded(definitions, in_order([*problems, *found]), texts)


def _checked(texts: Mapping[str, str], problems: list[Problem]) -> Iterator[tuple[str, MapNode]]:
    for path, text in texts.items():
        node, found = parse(text, path)
        if node is not None and not has_errors(found):
            kind, faults = kind_of(node)
            found += faults
            if kind and isinstance(node, MapNode):
                found += violations(node, kind)
                if not has_errors(found):
                    yield kind, node
        problems += found


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the garbage collector off: nodes are many, live on, and hold no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _files(paths: Iterable[Path], problems: list[Problem]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(_below(path))
        if not found:
            message = f'folder "{_shown(path)}" holds no *.yaml file'
            hint = "name the folder that holds processes/, or a file"
            problems.append(Problem(Span(_shown(path), 1, 1, 1, 1), "no-definitions", message, hint=hint))
        yield from found


def _below(folder: Path) -> Iterator[Path]:
    """Return the YAML files of a folder and its folders; those that begin with a dot belong to tools."""
    for root, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [each for each in folders if not each.startswith(".")]
        yield from (Path(root, each) for each in names if each.endswith((".yaml", ".yml")) and not each.startswith("."))


def _shown(path: Path) -> str:
    """Return the path as people see it: relative to where they are, if it is below."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix() if path.is_absolute() else path.as_posix()
    except ValueError:
        return path.as_posix()
