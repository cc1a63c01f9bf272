"""A writer killed at any instant: the store is as before or as after. Writers at once: nothing is lost.

DUELINE_KILLS sets how many kills; the suite does a few.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore, open_store

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("DUELINE_KILLS", "6"))

#: Appends blocks of events: each block is all of one number, so half a block would show.
WRITER = """
import sys
import polars as pl
from engine.store.base import NewEvent
from engine.store.reconcile import reconcile
from engine.store.sqlite import open_store
from engine.frames import TASKS
with open_store(sys.argv[1]) as store:
    print("ready", flush=True)
    first = store.last_event_id() // 50
    for block in range(first, int(sys.argv[2])):
        with store.atomic():
            store.append([NewEvent(1, "visit", block, block, None, {"minutes": float(block)}) for _ in range(50)])
            rows = [{"task_id": f"p.s/{n}", "case_no": 1, "state": "open", "due_at": block} for n in range(20)]
            changes = reconcile(store.tasks(), pl.DataFrame(rows, schema=TASKS), block)
            run = dict(as_of=block, started_at=0, finished_at=0, definitions_hash="", last_event_id=block)
            store.apply_run([changes], **run)
"""


def start(path: Path, blocks: int) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(blocks)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_instant_the_store_is_as_before_or_as_after(store: SqliteStore, path: Path, seed: int) -> None:
    store.close()
    process = start(path, 10_000)
    time.sleep(random.Random(seed).uniform(0.0, 0.4))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    with open_store(path) as after:
        assert after._link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        blocks, events = after._link.execute("SELECT count(DISTINCT at), count(*) FROM events").fetchone()
        assert events == 50 * blocks
        runs = after._link.execute("SELECT count(*) FROM runs").fetchone()[0]
        assert runs == blocks
        assert after.tasks()["due_at"].unique().to_list() == ([blocks - 1] if blocks else [])
        assert after.append([NewEvent(2, "visit", 1, 1)]) == range(events + 1, events + 2)


def test_writers_at_once_lose_nothing(store: SqliteStore, path: Path) -> None:
    count = 4
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_BY_ONE, str(path), str(number)], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for number in range(count)
    ]
    for number in range(100):
        store.append([NewEvent(2, "visit", number, number)])
    for each in writers:
        _, errors = each.communicate()
        assert (each.returncode, errors) == (0, "")
    assert store.last_event_id() == 100 * (count + 1)
    by_writer = store._link.execute('SELECT "by", count(*) FROM events GROUP BY "by" ORDER BY "by"').fetchall()
    assert by_writer == [(None, 100), *((str(number), 100) for number in range(count))]


ONE_BY_ONE = """
import sys
from engine.store.base import NewEvent
from engine.store.sqlite import open_store
for number in range(10):
    with open_store(sys.argv[1]) as store:
        for _ in range(10):
            store.append([NewEvent(1, "visit", number, number, sys.argv[2])])
"""


def test_two_make_one_store_at_once(path: Path) -> None:
    run = [
        sys.executable,
        "-c",
        "import sys; from engine.store.sqlite import open_store; open_store(sys.argv[1], True).close()",
        str(path),
    ]
    makers = [subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(each.communicate()[1], each.returncode) for each in makers] == [("", 0)] * 4
    with open_store(path) as store:
        assert store.last_event_id() == 0
