"""`python -m benchmarks.run [--quick] [--cpu] [--folder DIR]`: dueline and its peers, side by side.

Builds the data, lets every side answer, refuses to go on where they disagree, prints a table and writes results.json.
"""

import argparse
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks.full import copy_of
from benchmarks.imports import write as write_visits
from benchmarks.sides import LARGE, PEERS
from benchmarks.startup import start
from benchmarks.timing import Took, measure

RESULTS: Final = Path(__file__).parent / "results.json"
#: Each target of the comparison, and whether the ratio should be below it or above.
TARGETS: Final = {
    "polars_by_hand": ("<=", 1.5),
    "plain_python": (">=", 20),
    "zen": (">=", 5),
    "spiff": (">=", 500),
    "incremental_1pct": ("<=", 0.03),
    "growth_1k_to_1m": ("<=", 1.15),
    "help_over_typer": ("<=", 3),
    "import_over_sqlite3": ("<=", 2),
}


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    students: int  # of the comparison with what keeps up
    slow: int  # with zen-engine and rule-engine
    spiff: int
    growth: tuple[int, ...]
    day: int
    workers: int
    imported: int
    runs: int = 3


FULL: Final = Sizes(100_000, 10_000, 300, (1_000, 10_000, 100_000, 1_000_000), 100_000, 100_000, 1_000_000)
QUICK: Final = Sizes(5_000, 1_000, 100, (1_000, 5_000, 10_000), 5_000, 10_000, 100_000)


@dataclass
class Bench:
    """The measurements so far."""

    sizes: Sizes
    folder: Path
    by: str
    as_of: int = 0
    times: dict[str, Took] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, took: Took) -> Took:
        """Keep a measurement and show it."""
        self.times[name] = took
        found = ", ".join(f"{key} {_short(value)}" for key, value in took.found.items())
        peak = f"{took.peak_mib:6.0f} MiB" if took.peak_mib else " " * 10
        print(f"{name:34} {took.wall:9.3f} s {took.cpu:9.3f} s cpu {peak}  {found}", flush=True)
        return took

    def seconds(self, name: str) -> float:
        """Return the figure of a measurement that ratios are made of."""
        return self.times[name].seconds(self.by)

    def store(self, students: int) -> Path:
        """Return a store of so many students, built once."""
        path = self.folder / f"students-{students}.db"
        if not path.exists() or not self.as_of:
            for old in self.folder.glob(f"{path.name}*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            took = measure("build", path=str(path), students=students, cache=str(self.folder))
            self.as_of = int(str(took.found["as_of"]))
            self.note(f"build {students}", took)
        return path


def main(arguments: Sequence[str] | None = None) -> None:
    """Do it all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, in under five minutes")
    parser.add_argument(
        "--cpu", action="store_true", help="make ratios of processor time: for a machine that is busy with other things"
    )
    parser.add_argument("--folder", type=Path, help="where the data go and stay; default a temporary folder")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="only some sections; writes no results")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="dueline-bench-") as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(QUICK if given.quick else FULL, folder, "cpu" if given.cpu else "wall")
        bench.store(bench.sizes.growth[0])
        for section in given.only or SECTIONS:
            SECTIONS[section](bench)
            if not given.only:  # after each section: a run that is stopped has measured something
                RESULTS.write_text(json.dumps(_results(bench), indent=2, ensure_ascii=False) + "\n", "utf-8")
    _table(bench)


def compare(bench: Bench) -> None:
    """Compare with the peers on the dozen duties."""
    sizes = bench.sizes
    for students, sides in ((sizes.students, LARGE), (sizes.slow, PEERS)):
        path = copy_of(bench.store(students), bench.folder / f"dozen-{students}.db")
        shutil.rmtree(f"{path}-columns", ignore_errors=True)
        both: dict[str, Any] = {
            "path": str(path),
            "as_of": bench.as_of,
            "against": str(bench.folder / f"answer-{students}.arrow"),
        }
        bench.note(f"dozen, first {students}", measure("answer", side="ours", runs=1, **both))
        bench.note(f"dozen {students}", measure("answer", side="ours", runs=sizes.runs, **both))
        for side in sides:
            bench.note(f"{side} {students}", measure("answer", side=side, runs=sizes.runs, **both))
    mine = bench.seconds(f"dozen {sizes.students}")
    bench.ratios["polars_by_hand"] = mine / bench.seconds(f"polars_by_hand {sizes.students}")
    bench.ratios["plain_python"] = bench.seconds(f"plain_python {sizes.students}") / mine
    bench.ratios["sql_by_hand"] = bench.seconds(f"dozen {sizes.slow}") / bench.seconds(f"sql_by_hand {sizes.slow}")
    for name in ("zen", "rule"):
        bench.ratios[{"rule": "rule_engine"}.get(name, name)] = bench.seconds(
            f"{name}_engine {sizes.slow}"
        ) / bench.seconds(f"dozen {sizes.slow}")


def compare_spiff(bench: Bench) -> None:
    """Compare with SpiffWorkflow, per case; where only a share has news, with our run after such news."""
    sizes = bench.sizes
    path = copy_of(bench.store(sizes.spiff), bench.folder / "dozen-spiff.db")
    both: dict[str, Any] = {
        "path": str(path),
        "as_of": bench.as_of,
        "against": str(bench.folder / "answer-spiff.arrow"),
    }
    measure("answer", side="ours", runs=1, **both)
    bench.note(f"spiff {sizes.spiff}", measure("spiff", runs=sizes.runs, **both))
    bench.note(f"spiff, 1 in 10 of {sizes.spiff}", measure("spiff", runs=sizes.runs, share=0.1, **both))
    each = bench.seconds(f"spiff {sizes.spiff}") / int(str(bench.times[f"spiff {sizes.spiff}"].found["cases"]))
    bench.ratios["spiff"] = each / (bench.seconds(f"dozen {sizes.students}") / sizes.students)
    changed = bench.times[f"spiff, 1 in 10 of {sizes.spiff}"]
    news = bench.times[f"day {sizes.day}"]
    theirs = changed.seconds(bench.by) / int(str(changed.found["looked_at"]))
    bench.ratios["spiff_changed_only"] = theirs / (news.seconds(bench.by) / int(str(news.found["cases_run"])))


def grow(bench: Bench) -> None:
    """Run the shipped processes over more and more students; a million once, which is thirty chunks one after another."""
    for students in bench.sizes.growth:
        path = bench.store(students)
        runs = bench.sizes.runs if students < 1_000_000 else 1
        took = measure("full", path=str(path), as_of=bench.as_of, runs=runs)
        bench.note(f"full {students}", took)
        bench.peaks[str(students)] = took.peak_mib
    last = bench.sizes.growth[-1]
    base = 10_000 if 10_000 in bench.sizes.growth[:-1] else bench.sizes.growth[1]
    bench.ratios["growth_1k_to_1m"] = bench.seconds(f"full {last}") / last / (bench.seconds(f"full {base}") / base)


def day(bench: Bench) -> None:
    """Run a day after 1 % of the cases had news."""
    path = copy_of(bench.store(bench.sizes.day), bench.folder / "day.db")
    shutil.rmtree(f"{path}-columns", ignore_errors=True)
    took = bench.note(f"day {bench.sizes.day}", measure("day", path=str(path), as_of=bench.as_of, share=0.01))
    bench.ratios["incremental_1pct"] = took.seconds(bench.by) / _lap(took.found["full_again"]).seconds(bench.by)


def _lap(found: object) -> Took:
    """Return a pair of seconds, on the clock and of the processor, as a measurement."""
    assert isinstance(found, list)
    wall, cpu = found
    return Took(wall, cpu, 0)


def work(bench: Bench) -> None:
    """Run half of the cases in each of two processes, and all in one."""
    path = bench.store(bench.sizes.workers)
    both: dict[str, Any] = {"path": str(path), "as_of": bench.as_of}
    measure("full", runs=0, **both)
    bench.note("one worker", measure("part", part=0, of=1, **both))
    bench.note("one worker on one core", measure("part", {"POLARS_MAX_THREADS": "1"}, part=0, of=1, **both))
    with ThreadPoolExecutor(2) as pool:
        halves = list(
            pool.map(lambda part: measure("part", {"POLARS_MAX_THREADS": "1"}, part=part, of=2, **both), range(2))
        )
    both_done = Took(
        max(each.wall for each in halves), sum(each.cpu for each in halves), sum(each.peak_mib for each in halves)
    )
    bench.note("two workers of one core each", both_done)


def begin(bench: Bench) -> None:
    """Start commands."""
    store = bench.store(bench.sizes.growth[0])
    measure("day", path=str(store), as_of=bench.as_of, share=0.01)
    for name, took in start(store, 7).items():
        bench.note(f"start {name}", took)
    bench.ratios["help_over_typer"] = bench.seconds("start help") / bench.seconds("start typer")


def bring_in(bench: Bench) -> None:
    """Import a csv."""
    sizes = bench.sizes
    source = bench.store(sizes.slow)
    csv = bench.folder / "visit_logged.csv"
    write_visits(csv, source, sizes.imported, bench.as_of)
    mine, theirs = [], []
    for _ in range(sizes.runs):
        path = copy_of(source, bench.folder / "import.db")
        theirs.append(measure("import_sqlite3", path=str(csv), store=str(path), now=bench.as_of))
        mine.append(measure("import", path=str(csv), store=str(path), now=bench.as_of))
    for name, each in (("import", mine), ("sqlite3 .import and polars", theirs)):
        bench.note(f"{name} {sizes.imported}", sorted(each, key=lambda took: took.seconds(bench.by))[len(each) // 2])
    ours = bench.seconds(f"import {sizes.imported}")
    bench.ratios["import_over_sqlite3"] = ours / bench.seconds(f"sqlite3 .import and polars {sizes.imported}")


SECTIONS: Final = {
    "begin": begin,
    "compare": compare,
    "day": day,
    "spiff": compare_spiff,
    "import": bring_in,
    "work": work,
    "grow": grow,
}


def _table(bench: Bench) -> None:
    print(f"\n{'ratio (by ' + bench.by + ' time)':34} {'figure':>10}   target")
    for name, ratio in bench.ratios.items():
        sign, target = TARGETS.get(name, ("", 0))
        met = "" if not sign else "met" if (ratio <= target if sign == "<=" else ratio >= target) else "missed"
        print(f"{name:34} {ratio:10.3f}   {f'{sign} {target:g}  {met}' if sign else ''}")


def _results(bench: Bench) -> dict[str, object]:
    machine = {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("polars", "numpy", "SpiffWorkflow", "zen-engine", "rule-engine")},
        "ratios_by": bench.by,
    }
    sizes = {**asdict(bench.sizes), "measurements": {name: asdict(took) for name, took in bench.times.items()}}
    ratios = {name: round(value, 4) for name, value in bench.ratios.items()}
    return {"machine": machine, "sizes": sizes, "ratios": ratios, "peak_mib": bench.peaks}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "/".join(f"{each:.3f}" for each in value) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    main()
