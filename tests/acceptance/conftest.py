"""The program as a campus has it: a folder, files that people made, a terminal, a disk that may be full."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Said, run, school, two_files_accepted

__all__ = ["Process", "Run", "Said", "dueline", "run", "school", "two_files_accepted"]

ROOT = Path(__file__).parents[2]
#: The program as a process of its own.
Process = Callable[..., Said]


def start(*arguments: str, **more: object) -> "subprocess.Popen[str]":
    """Start the program where the test stands."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        **more,
    )


@pytest.fixture
def dueline(school: Run) -> Process:
    """Give the program as a process beside the school, whose clock is the true one."""

    def dueline(*arguments: str, **more: object) -> Said:
        process = start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return Said(process.returncode, out, err)

    return dueline
