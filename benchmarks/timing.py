"""Timing: each measurement in a process of its own, so that its peak of memory is its own.

`measure("dozen", ...)` starts `python -m benchmarks.timing dozen {...}` and reads one line of JSON from it.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Final, TypeVar

#: Where each measurement is; a function of keyword arguments that gives what is worth knowing besides the times.
WHERE: Final = {
    "build": "benchmarks.sides:build",
    "answer": "benchmarks.sides:answer",
    "spiff": "benchmarks.sides:spiff",
    "full": "benchmarks.full:derive",
    "part": "benchmarks.full:derive_part",
    "day": "benchmarks.full:day",
    "import": "benchmarks.imports:ours",
    "import_sqlite3": "benchmarks.imports:theirs",
}


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Took:
    """The medians of some runs: seconds on the clock and of the processor; the peak of memory; what was found."""

    wall: float
    cpu: float
    peak_mib: float
    found: dict[str, object] = field(default_factory=dict)

    def seconds(self, by: str) -> float:
        """Return the figure that ratios are made of."""
        return self.cpu if by == "cpu" else self.wall


class Clock:
    """Takes the times of laps; given to every measurement."""

    def __init__(self) -> None:
        self.laps: list[tuple[float, float]] = []

    def time(self, act: Callable[[], Answer]) -> Answer:
        """Do something and note how long it took."""
        wall, cpu = time.perf_counter(), processor()
        answer = act()
        self.laps.append((time.perf_counter() - wall, processor() - cpu))
        return answer


def processor() -> float:
    """Return the processor's seconds of this process and of those that it waited for."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def measure(name: str, env: dict[str, str] | None = None, **arguments: object) -> Took:
    """Return what a measurement took, done in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.timing", name, json.dumps(arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if done.returncode:
        raise RuntimeError(f"{name} {arguments}: {done.stderr.strip()[-2000:]}")
    return Took(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Do one measurement and print it."""
    module, _, function = WHERE[sys.argv[1]].partition(":")
    clock = Clock()
    found = getattr(importlib.import_module(module), function)(clock, **json.loads(sys.argv[2])) or {}
    wall, cpu = (median(column) for column in zip(*clock.laps, strict=True)) if clock.laps else (0.0, 0.0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_mib": round(peak), "found": found}))


if __name__ == "__main__":
    main()
