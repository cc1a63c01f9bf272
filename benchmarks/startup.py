"""How long commands take to start, as ratios to Python itself and to the import of typer."""

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.timing import Took
from engine.load.workspace import find_shipped

_ROOT = find_shipped("processes").parent


def commands(store: Path) -> dict[str, list[str]]:
    """Return the commands by name."""
    program = [sys.executable, str(_ROOT / "cli.py")]
    one_file = find_shipped("processes") / "calendars" / "standard.yaml"
    return {
        "python": [sys.executable, "-c", "pass"],
        "typer": [sys.executable, "-c", "import typer"],
        "polars": [sys.executable, "-c", "import polars"],
        "help": [*program, "--help"],
        "check": [*program, "check", str(one_file)],
        "tasks": [*program, "tasks", "--db", str(store), "--case", "S0001-0"],
    }


def start(store: Path, runs: int) -> dict[str, Took]:
    """Return the time of each command; they take turns, so that a busy minute falls on all."""
    laps: dict[str, list[tuple[float, float]]] = {}
    for _ in range(runs + 1):
        for name, command in commands(store).items():
            laps.setdefault(name, []).append(_lap(command))
    found = {}
    for name, each in laps.items():
        wall, cpu = (median(column) for column in zip(*each[1:], strict=True))
        found[name] = Took(wall, cpu, 0)
    return found


def _lap(command: Sequence[str]) -> tuple[float, float]:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode()[-500:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
