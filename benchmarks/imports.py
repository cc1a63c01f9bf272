"""A file of many events into the store, beside sqlite3's own .import of it with the same checks in polars."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.timing import Clock
from engine.importing.batch import import_files
from engine.listing import zone_of
from engine.store.sqlite import open_store

_CHOICES: Final = {
    "with": ["parent", "student", "teacher"],
    "channel": ["phone", "in_person", "wechat", "email", "sms"],
}


def write(path: Path, store: Path, rows: int, as_of: int) -> None:
    """Write a csv of visits to the students of a store."""
    with open_store(store) as open_one:
        students = open_one.cases("student").filter(pl.col("created_at") < as_of - 86_400 * 28)["case_id"]
    number = pl.int_range(rows, eager=True)
    local = pl.from_epoch(as_of - 86_400 * 20 - number % 600_000 + 8 * 3600, time_unit="s").dt.strftime(
        "%Y-%m-%d %H:%M:%S"
    )
    pl.DataFrame(
        {
            "case_id": students.gather(number % len(students)),
            "at": local,
            "with": pl.Series(_CHOICES["with"]).gather(number % 3),
            "channel": pl.Series(_CHOICES["channel"]).gather(number % 5),
            "minutes": number % 60,
            "problems": pl.select(pl.format("问题 {}：英语词汇量偏少", number % 1000)).to_series(),
            "abnormal": pl.Series(["否", "是"]).gather((number % 50 == 0).cast(pl.Int64)),
        }
    ).write_csv(path)


def ours(clock: Clock, path: str, store: str, now: int) -> dict[str, object]:
    """Time dueline's import into a store that has the students."""
    from benchmarks.ours import shipped

    rules = shipped()
    with open_store(store) as open_one:
        done = clock.time(
            lambda: import_files(
                open_one, rules.definitions, [path], now, lambda campus: zone_of(rules.definitions, campus)
            )
        )
    assert not done.problems, done.problems[:3]
    return {"events": done.events_added}


def theirs(clock: Clock, path: str, store: str, now: int) -> dict[str, object]:
    """Time sqlite3's .import of the file and its validation in polars; without that program, Python's own sqlite3."""
    program = shutil.which("sqlite3")

    def act() -> None:
        _validate(Path(path), Path(store), now)
        _load(program, Path(path), Path(store).with_suffix(".peer.db"))

    clock.time(act)
    return {"program": program or "Python's sqlite3"}


def _validate(path: Path, store: Path, now: int) -> None:
    rows = pl.read_csv(path, infer_schema=False)
    known = pl.read_database_uri("SELECT case_id, created_at FROM cases", f"sqlite:///{store.resolve()}", engine="adbc")
    at = pl.col("at").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).dt.epoch("s") - 8 * 3600
    checked = rows.with_columns(at=at, minutes=pl.col("minutes").cast(pl.Float64, strict=False)).join(
        known, on="case_id", how="left"
    )
    wrong = checked.filter(
        pl.col("created_at").is_null()
        | pl.col("at").is_null()
        | (pl.col("at") > now)
        | (pl.col("at") < pl.col("created_at"))
        | ~(pl.col("minutes") >= 0)
        | ~pl.col("with").is_in(_CHOICES["with"])
        | ~pl.col("channel").is_in(_CHOICES["channel"])
        | ~pl.col("abnormal").is_in(["是", "否"])
    )
    assert wrong.is_empty(), wrong.head(3)
    assert not checked.select(pl.struct(pl.all()).is_duplicated().any()).item()


def _load(program: str | None, path: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    if program:
        subprocess.run([program, str(to), ".mode csv", f'.import "{path}" visits'], check=True)
        return
    import csv
    import sqlite3

    with path.open(encoding="utf-8", newline="") as file, sqlite3.connect(to) as link:
        rows = csv.reader(file)
        names = ", ".join(f'"{name}"' for name in next(rows))
        link.execute(f"CREATE TABLE visits ({names})")
        link.executemany(f"INSERT INTO visits VALUES ({', '.join('?' * len(names.split(',')))})", rows)
