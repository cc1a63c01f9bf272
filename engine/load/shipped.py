"""Where the files that come with the program are: beside `engine` in the source tree, inside it in a wheel."""

from functools import cache
from pathlib import Path

_ENGINE = Path(__file__).resolve().parents[1]


@cache
def find_shipped(kind: str) -> Path:
    """Return the folder `kind` ("processes" or "schemas") that came with this program."""
    for folder in (_ENGINE / "shipped" / kind, _ENGINE.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f'the folder "{kind}" that belongs to this program is missing; install it again')
