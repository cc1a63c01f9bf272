"""A small school with two students, as the command line sees it."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli

HERE = Path(__file__).parent
#: Wednesday 4 March 2026, 13:00 in Shanghai.
NOW = 1772600400


@dataclass(frozen=True)
class Said:
    """What a command said, where, and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


def _at_the_school(patch: pytest.MonkeyPatch, folder: Path) -> Run:
    """Give the program, standing in a folder with the school's files, at the moment NOW."""
    patch.setattr(time, "time", lambda: NOW)
    patch.setenv("COLUMNS", "100")
    patch.delenv("LC_ALL", raising=False)
    patch.setenv("LANG", "en_US.UTF-8")
    patch.chdir(folder)

    def run(*arguments: str) -> Said:
        found = CliRunner().invoke(cli.app, list(arguments), prog_name="dueline")
        return Said(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    shutil.copytree(HERE / "school", tmp_path, dirs_exist_ok=True)
    return _at_the_school(monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def two_files_accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the school after two files were accepted; nobody changes it."""
    folder = tmp_path_factory.mktemp("school")
    shutil.copytree(HERE / "school", folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        run = _at_the_school(patch, folder)
        assert run("import", "staff.csv", "student.csv").code == 0
        assert run("record", "file_accepted", "S-1", "--at", "2026-03-04 10:00").code == 0
        assert run("record", "file_accepted", "S-10", "--at", "2026-03-02 10:00").code == 0
    return folder


@pytest.fixture
def school(run: Run, two_files_accepted: Path, tmp_path: Path) -> Run:
    """The school after two files were accepted."""
    shutil.copytree(two_files_accepted, tmp_path, dirs_exist_ok=True)
    return run
