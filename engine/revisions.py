"""Definitions of another time or place: a folder, or a revision of the git repository that the workspace is in."""

import subprocess
from pathlib import Path

from engine.load.workspace import load_texts
from engine.problems import Refused
from engine.ready import Ready, folder_of, ready, ready_of
from engine.session import Session
from engine.words import say


def definitions_at(session: Session, name: str) -> Ready:
    """Return the definitions in the folder, or those of the workspace's folder at the revision."""
    folder = Path(name)
    if folder.is_dir():
        return ready([folder_of(folder) if (folder / "processes").is_dir() else folder], session.language)
    home = folder_of(session.workspace).resolve()
    listed = _git(home, "ls-tree", "-r", "--name-only", "-z", "--end-of-options", name, "--", ".")
    if listed is None:
        raise Refused(say(session.language, "refuse.revision", name=name))
    paths = [path for path in listed.decode().split("\0") if path.endswith((".yaml", ".yml"))]
    texts = {f"{name}:{path}": (_git(home, "show", f"{name}:./{path}") or b"").decode() for path in paths}
    return ready_of(load_texts(texts), session.language)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git says, or None where it refuses or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
