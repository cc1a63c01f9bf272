"""A workspace made ready to run: its files loaded and checked, or refused with the faults, and compiled."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.load.workspace import Loaded, find_shipped, load, load_texts
from engine.model import Definitions, Step
from engine.problems import Misused, Problem, Refused, has_errors, in_order
from engine.report.checked import Checked
from engine.report.problems_text import blocks
from engine.words import say

if TYPE_CHECKING:
    from engine.compiler.plan import Plan

_SHOWN = 5


@dataclass(frozen=True)
class Ready:
    """Definitions without errors, and what tells them from others."""

    definitions: Definitions
    definitions_hash: str

    @cached_property
    def plan(self) -> "Plan":
        """The compiled definitions."""
        from engine.compiler.plan import plan

        return plan(self.definitions)

    def plan_step(self, process: str, step: str, campus: str) -> Step | None:
        """Return a step as a campus has it, or None where the definitions have it no more."""
        found = [each for owner, each in self.plan.steps if owner.name == process and each.name == step]
        own = [each for each in found if each.campuses is not None and campus in each.campuses]
        return next(iter(own or found), None)


def folder_of(workspace: Path) -> Path:
    """Return where the definitions of a workspace are: its processes/, or those that came with the program."""
    return workspace / "processes" if (workspace / "processes").is_dir() else find_shipped("processes")


def checked(paths: Sequence[Path], today: date | None = None) -> tuple[Definitions, Checked]:
    """Return what the files define and all that is wrong with them; with a day also what the days bring about."""
    return _checked(load(paths), today)


def checked_text(text: str, path: str) -> Checked:
    """Return everything that is wrong with one file."""
    return _checked(load_texts({path: text}), None)[1]


def _checked(loaded: Loaded, today: date | None) -> tuple[Definitions, Checked]:
    problems = list(loaded.problems)
    if not has_errors(problems):
        from engine.checks import run_checks

        problems += run_checks(loaded.definitions, today)
        problems += _figure_problems(loaded.definitions)
    return loaded.definitions, Checked(in_order(problems), loaded.sources)


def _figure_problems(definitions: Definitions) -> list[Problem]:
    """Return what is wrong with the figures; a workspace without any need not load what works them out."""
    if not definitions.figures:
        return []
    from engine.figures.check import problems

    return problems(definitions)


def ready(paths: Sequence[Path], language: str, passed: str = "") -> Ready:
    """Return the definitions of these files; errors in them are refused.

    `passed` is the hash of definitions that have passed the checks before: the same need not be looked at again.
    """
    loaded = load(paths)
    if passed and hash_of(loaded.sources) == passed and not has_errors(loaded.problems):
        return Ready(loaded.definitions, passed)
    return ready_of(loaded, language)


def ready_of(loaded: Loaded, language: str) -> Ready:
    """Return the definitions that were loaded; errors in them are refused."""
    definitions, found = _checked(loaded, None)
    if found.errors:
        errors = [problem for problem in found.problems if problem.severity == "error"]
        raise Refused("\n\n".join([say(language, "refuse.checked", count=len(errors)), *_first(errors, found)]))
    return Ready(definitions, hash_of(found.sources))


def _first(errors: Sequence[Problem], found: Checked) -> list[str]:
    shown = blocks(Checked(errors[:_SHOWN], found.sources))
    return [*shown, "…"] if len(errors) > _SHOWN else shown


def hash_of(sources: Mapping[str, str]) -> str:
    """Return what changes as soon as a file of the definitions does, wherever they lie."""
    texts = sorted(hashlib.sha256(text.encode()).hexdigest() for text in sources.values())
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def moment(text: str, zone: str, option: str, language: str) -> int:
    """Return the moment that somebody wrote; without an offset it is wall time of the zone, a day alone its start."""
    from engine.calendars.zones import moment_of

    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misused(say(language, "refuse.moment", option=option, text=text)) from None
    if not 1970 <= written.year < 2200:
        raise Refused(say(language, "refuse.moment_range", option=option, text=text))
    if written.tzinfo:
        return int(written.astimezone(UTC).timestamp())
    return moment_of(written.replace(microsecond=0).isoformat(" "), zone)
