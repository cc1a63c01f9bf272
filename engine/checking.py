"""Definitions looked at by themselves: checks, scenarios, what scenarios reach, a process as a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.problems import Refused, did_you_mean, show
from engine.ready import Ready, checked, folder_of, hash_of, ready
from engine.report.checked import Checked
from engine.report.grid import Column, Grid
from engine.report.outcome import Outcome
from engine.session import Session
from engine.words import say

if TYPE_CHECKING:
    from engine.scenarios import Outcome as Ran


@dataclass(frozen=True, slots=True)
class Tested:
    """The outcome of scenarios; they are run only where the definitions have no errors."""

    checked: Checked
    outcomes: Sequence[Outcome]
    coverage: Grid | None = None

    @property
    def passed(self) -> bool:
        """Whether the definitions hold no error and there are scenarios, all of which came out as expected."""
        return not self.checked.errors and bool(self.outcomes) and all(outcome.passed for outcome in self.outcomes)


def check(session: Session, paths: Sequence[Path]) -> Checked:
    """Return every problem of the files and folders (none: of the workspace).

    A single file of a workspace is checked together with the others of its folder, whose problems are not its own.
    """
    today = datetime.fromtimestamp(session.now, UTC).date()
    if not paths:
        return checked([folder_of(session.workspace)], today)[1]
    homes = {path: _home(path) for path in paths}
    around = list(dict.fromkeys(home for home in homes.values() if home))
    found = checked([*around, *(path for path, home in homes.items() if not home)], today)[1]
    if not around:
        return found
    mine = {path: text for path, text in found.sources.items() if _is_below(path, paths)}
    return Checked([problem for problem in found.problems if _is_below(problem.span.path, paths)], mine)


def _home(path: Path) -> Path | None:
    """Return the folder `processes` that a file is part of."""
    return next((each for each in path.parents if each.name == "processes"), None) if path.is_file() else None


def _is_below(path: str | Path, folders: Sequence[Path]) -> bool:
    place = Path(path).resolve()
    return any(place == folder or folder in place.parents for folder in (each.resolve() for each in folders))


def run_scenarios(session: Session, paths: Sequence[Path], *, coverage: bool = False) -> Tested:
    """Return what comes of the scenarios in the files and folders (none: of the workspace), and what they reach."""
    from engine.scenarios import run_scenarios

    loaded, found, wanted = _with_scenarios(session, paths)
    if found.errors:
        return Tested(found, ())
    chosen = [each for each in loaded.definitions.scenarios if _is_below(each.span.path, wanted)]
    results = run_scenarios(loaded.plan, chosen)
    outcomes = []
    for each in results:
        differences = tuple(show(problem, found.sources.get(problem.span.path)) for problem in each.problems)
        outcomes.append(Outcome(str(each.scenario.name), each.scenario.span, differences))
    return Tested(found, outcomes, _coverage(loaded, results, session.language) if coverage else None)


def _coverage(loaded: Ready, results: "Sequence[Ran]", language: str) -> Grid:
    """Return how many steps, branches, rows and rungs the scenarios reach, and which they do not."""
    from engine.coverage import coverage

    found = coverage(loaded.plan, results)
    columns = tuple(Column(key, say(language, f"head.{key}")) for key in ("kind", "reached", "total", "missed"))
    rows = tuple(
        (kind, reached, total, ", ".join(each.name for each in found.missed if each.kind == kind))
        for kind, (reached, total) in found.counts().items()
    )
    return Grid(say(language, "grid.coverage"), columns, rows)


def _with_scenarios(session: Session, paths: Sequence[Path]) -> tuple[Ready, Checked, list[Path]]:
    """Return the definitions that the scenarios of these paths speak of: the workspace's and their own."""
    home = folder_of(session.workspace)
    wanted = list(paths) or [home]
    beside = [path for path in wanted if not _is_below(path, [home])]
    own = any(_is_below(home, [path]) or (path / "processes").is_dir() for path in beside)
    definitions, found = checked(beside if own else [home, *beside])
    return Ready(definitions, hash_of(found.sources)), found, wanted


def show_process(session: Session, process: str, form: str) -> str:
    """Return a process as a page in plain language, or as a picture (mermaid or svg).

    A page may also be of a campus, a decision table or a calculation.
    """
    from engine import handbook

    definitions = ready([folder_of(session.workspace)], session.language).definitions
    others = (definitions.overlays, definitions.tables, definitions.calculations) if form == "page" else ()
    known = [name for names in (definitions.processes, *others) for name in names]
    if process not in known:
        raise Refused(_unknown(process, known, session.language))
    write = {"page": handbook.page, "mermaid": handbook.mermaid, "svg": handbook.svg}[form]
    return write(definitions, process, session.language)


def _unknown(process: str, known: Iterable[str], language: str) -> str:
    sentence = say(language, "refuse.unknown", kind=say(language, "kind.process"), name=process)
    hint = did_you_mean(process, known, language)
    return say(language, "hint.after", sentence=sentence, hint=hint) if hint else sentence
