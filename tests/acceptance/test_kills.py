"""Killed, interrupted, crowded, out of room: the store is as before or as after, and the next run gives the same list.

DUELINE_KILLS sets how many kills; the suite does a few.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.store import connection
from tests.acceptance.conftest import ROOT, Run, Said, start

KILLS = int(os.environ.get("DUELINE_KILLS", "4"))
STUDENTS = 300
AS_OF = "2026-03-04 13:00"
DAILY = ("daily", "--as-of", AS_OF, "--format", "json")
IMPORT = ("import", "students.csv", "events.csv")


def content(folder: Path) -> list[object]:
    """Return what the store holds but its runs; it has to be sound."""
    store = sqlite3.connect(folder / "dueline.db")
    try:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = ("cases", "events", "tasks", "wake")
        return [row for table in tables for row in store.execute(f"SELECT * FROM {table} ORDER BY 1")]
    finally:
        store.close()


@pytest.fixture
def busy(school: Run, tmp_path: Path) -> Path:
    """A school with many students, whose files lie there to be imported."""
    numbers = range(100, 100 + STUDENTS)
    students = [f"张{number},S-{number},xuhui,是,T-1,2026-03-01 09:00" for number in numbers]
    events = [f"接档,S-{number},2026-03-0{number % 3 + 2} 10:00" for number in numbers]
    (tmp_path / "students.csv").write_text("\n".join(["姓名,编号,校区,到账,学管师,建档时间", *students]), "utf-8")
    (tmp_path / "events.csv").write_text("\n".join(["事件,编号,时间", *events]), "utf-8")
    return tmp_path


def whole(folder: Path, *command: str) -> Said:
    """Run a command in a folder to its end."""
    process = start(*command, cwd=folder)
    out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)


def killed(folder: Path, pause: float, *command: str) -> None:
    """Begin a command and kill it after a while."""
    process = start(*command, cwd=folder)
    try:
        process.communicate(timeout=pause)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 elsewhere")
@pytest.mark.parametrize("command", [DAILY, IMPORT], ids=["daily", "import"])
def test_killed_at_any_instant_all_is_as_before_or_as_after(
    school: Run, busy: Path, tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...]
) -> None:
    if command is DAILY:
        assert school(*IMPORT).code == 0
    before = content(busy)
    done = shutil.copytree(busy, tmp_path_factory.mktemp("done"), dirs_exist_ok=True)
    begun = time.monotonic()
    assert whole(done, *command).code == 0
    length = time.monotonic() - begun
    after, listed = content(done), whole(done, *DAILY).out
    assert after != before
    for seed in range(KILLS):
        place = shutil.copytree(busy, tmp_path_factory.mktemp("killed"), dirs_exist_ok=True)
        killed(place, random.Random(seed).uniform(0.3, 1.05) * length, *command)
        assert content(place) in (before, after)
        assert whole(place, *command).code == 0
        assert content(place) == after
        assert whole(place, *DAILY).out == listed


def test_a_second_run_changes_nothing(school: Run, busy: Path) -> None:
    school(*IMPORT)
    first = school(*DAILY).out
    before = content(busy)
    assert school(*DAILY).out == first
    assert content(busy) == before


def test_what_is_done_while_the_day_is_run_is_not_lost(school: Run, busy: Path) -> None:
    school(*IMPORT)
    school("daily")
    count = 6
    runs = [start("daily", cwd=busy) for _ in range(3)]
    closings = [start("done", f"first_call/S-{100 + number}", "minutes=5", cwd=busy) for number in range(count)]
    for process in [*runs, *closings]:
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, "")
        assert "locked" not in out
    store = sqlite3.connect(busy / "dueline.db")
    (calls,) = store.execute("SELECT count(*) FROM events WHERE type = 'visit_logged'").fetchone()
    store.close()
    assert calls == count
    assert whole(busy, "daily").code == 0
    left = whole(busy, "tasks", "--format", "json").out
    assert [f"visits.first_call/S-{100 + number}" in left for number in range(count)] == [False] * count
    assert f"visits.first_call/S-{100 + count}" in left


@pytest.mark.parametrize(
    "command", [DAILY, IMPORT, ("record", "file_accepted", "S-10")], ids=["daily", "import", "record"]
)
def test_a_full_disk_is_one_message(
    school: Run, busy: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    if command is DAILY:
        assert school(*IMPORT).code == 0
    before = content(busy)
    opened = connection._open

    def full(uri: str, *, is_read_only: bool) -> object:
        database = opened(uri, is_read_only=is_read_only)
        database.conn.execute("VACUUM")
        (pages,) = database.conn.execute("PRAGMA page_count").fetchone()
        database.conn.execute(f"PRAGMA max_page_count = {pages}")
        return database

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_open", full)
        for _ in range(200 if command[0] == "record" else 1):
            said = school(*command)
            if said.code:
                break
            before = content(busy)
    assert (said.code, said.out) == (1, "")
    assert said.err == 'the disk of the store "dueline.db" is full; nothing was written, the store is as before\n'
    assert content(busy) == before
    assert school(*command).code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the size of files is limited on Linux")
def test_a_file_that_may_not_grow_is_one_message(school: Run, busy: Path) -> None:
    school(*IMPORT)
    before = content(busy)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))"
    code = f"{limit}; import sys; sys.path.insert(0, {str(ROOT)!r}); import cli; cli.main()"
    done = subprocess.run([sys.executable, "-c", code, *DAILY], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith('the disk of the store "dueline.db" can not be read or written; nothing was written')
    assert len(done.stderr.splitlines()) == 1
    assert content(busy) == before
