"""Where somebody works and what the clock says; what they ask to see. Plain values that every stage may know."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

#: Told how far long work is: what it is doing, how much is done, of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Session:
    """Where the definitions and the store are, the reader's language, and what the clock says (seconds, UTC)."""

    workspace: Path
    db: Path
    language: str
    now: int

    @property
    def options(self) -> str:
        """The options that a command must repeat to work in the same place, each after a space; "" where none must."""
        places = {"--workspace": (self.workspace, Path()), "--db": (self.db, self.workspace / "dueline.db")}
        return "".join(f" {name} {quote(str(given))}" for name, (given, usual) in places.items() if given != usual)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which tasks a reader wants; an empty value wants all. `states` none: those that still ask for something."""

    campus: str = ""
    role: str = ""
    who: str = ""
    case: str = ""
    states: tuple[str, ...] = ()
    everything: bool = False  # also what is not visible yet


@dataclass(frozen=True, slots=True)
class Screen:
    """The reader's terminal: its width in cells, and whether it shows colours."""

    width: int = 100
    colour: bool = False
