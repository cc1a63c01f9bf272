"""A small school with two students, as the command line sees it."""

import shutil
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


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("cli.time.time", lambda: NOW)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    shutil.copytree(HERE / "school", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        found = CliRunner().invoke(cli.app, list(arguments), prog_name="dueline")
        return Said(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def school(run: Run) -> Run:
    """The school after two files were accepted."""
    assert run("import", "staff.csv", "student.csv").code == 0
    assert run("record", "file_accepted", "S-1", "--at", "2026-03-04 10:00").code == 0
    assert run("record", "file_accepted", "S-10", "--at", "2026-03-02 10:00").code == 0
    return run
