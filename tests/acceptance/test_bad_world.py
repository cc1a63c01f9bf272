"""A disk, a terminal and a user as they can be: one message, no traceback, the store whole."""

import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import ROOT, Process, Run, start


@pytest.mark.parametrize(
    ("db", "message"),
    [
        (".", '"." is a folder, not a store'),
        ("nowhere/x.db", "there is no store nowhere/x.db yet; dueline import FILE first, or dueline demo"),
        ("staff.csv", '"staff.csv" is not a store of dueline: it is no SQLite file'),
        ("other.db", '"other.db" is a SQLite file, but not a store of dueline'),
        ("newer.db", 'the store "newer.db" was written by a newer dueline (version 99 of its tables; this program'),
    ],
)
def test_what_is_no_store_of_ours(school: Run, tmp_path: Path, db: str, message: str) -> None:
    _change("other.db", "CREATE TABLE x (a)")
    shutil.copy("dueline.db", "newer.db")
    _change("newer.db", "INSERT INTO migrations VALUES (99, 'x')")
    before = (tmp_path / "staff.csv").read_bytes()
    for command in (["daily"], ["tasks"], ["record", "file_accepted", "S-1"]):
        said = school(*command, "--db", db)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(message)
        assert len(said.err.splitlines()) == 1
    assert (tmp_path / "staff.csv").read_bytes() == before


def _change(path: str, statement: str) -> None:
    store = sqlite3.connect(path)
    with store:
        store.execute(statement)
    store.close()


def test_no_import_into_a_store_that_is_none(school: Run) -> None:
    assert school("import", "--db", "staff.csv", "student.csv").code == 1
    assert school("import", "--db", "nowhere/x.db", "student.csv").err.startswith('the store "nowhere/x.db" can not be')


@pytest.mark.parametrize("path", ["nowhere/x.csv", "processes"])
def test_a_file_that_cannot_be_written(school: Run, path: str) -> None:
    school("daily")
    said = school("daily", "--format", "csv", "-o", path)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f'"{path}" can\'t be written: ')
    assert len(said.err.splitlines()) == 1
    assert not list(Path("processes").parent.glob("*.part"))


def _as_anybody() -> None:
    """Give up root's right to read and write what the mode of a file forbids, for this process and what it becomes."""
    libc = ctypes.CDLL(None)
    for right in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        libc.prctl(24, right, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.skipif(sys.platform != "linux", reason="root gives up rights on Linux only")
def test_what_a_user_may_not_read_or_write(school: Run, dueline: Process, tmp_path: Path) -> None:
    school("daily")
    (tmp_path / "student.csv").chmod(0)
    (tmp_path / "x.csv").write_text("事件,编号,时间\n接档,S-1,2026-03-02 10:00\n", "utf-8")
    said = dueline("import", "student.csv", preexec_fn=_as_anybody)
    assert (said.code, said.out) == (2, "")
    assert "path 'student.csv' is not readable" in said.err
    for each in tmp_path.glob("dueline.db*"):
        each.chmod(0o444 if each.is_file() else 0o555)
    assert dueline("tasks", preexec_fn=_as_anybody).code == 0
    for command in (["daily"], ["record", "file_accepted", "S-1"], ["import", "x.csv"]):
        said = dueline(*command, preexec_fn=_as_anybody)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith('the store "dueline.db" is read-only')
        assert len(said.err.splitlines()) == 1
    (tmp_path / "processes").chmod(0)
    for command in (["check"], ["daily"]):
        said = dueline(*command, preexec_fn=_as_anybody)
        assert said.code == 1
        assert "processes" in said.out + said.err
        assert "Traceback" not in said.out + said.err
    (tmp_path / "processes").chmod(0o755)


#: Says that Python itself has started, then is the program.
STARTED = f"""
import runpy, sys
sys.argv = ["cli.py", "daily"]
print("started", flush=True)
runpy.run_path({str(ROOT / "cli.py")!r}, run_name="__main__")
"""


def test_ctrl_c_is_one_line(dueline: Process, tmp_path: Path) -> None:
    for pause in (0.1, 0.2, 0.4, 0.6, 0.8, 1.2):
        process = subprocess.Popen(
            [sys.executable, "-c", STARTED],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (0, 1, 130, -signal.SIGINT)
        assert err in ("", "\nAborted.\n", "Aborted.\n", "stopped; nothing is half done.\n")
    assert dueline("tasks").code == 0


def test_ctrl_c_where_python_would_go_on() -> None:
    swallowed = "class Lock:\n    def __del__(self):\n        raise KeyboardInterrupt\nLock()\nprint('went on')"
    said = subprocess.run(
        [sys.executable, "-c", f"import cli\n{swallowed}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


def test_a_reader_that_has_seen_enough(dueline: Process) -> None:
    for command in ("daily", "tasks --format json", "check", "daily --format csv"):
        process = start(*command.split())
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        with process.stderr as err:
            assert err.read() == ""
        assert process.wait(60) == 0


@pytest.mark.parametrize("columns", ["", "0", "1", "x", "100000"])
def test_a_terminal_of_no_width(dueline: Process, columns: str) -> None:
    said = dueline("daily", env={"COLUMNS": columns})
    assert (said.code, said.err) == (0, "")
    assert "王芳" in said.out


@pytest.mark.parametrize("encoding", ["", "ascii", "latin-1", "gbk"])
def test_without_a_locale_the_list_is_english_and_whole(school: Run, encoding: str) -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | ({"PYTHONIOENCODING": encoding} if encoding else {})
    done = subprocess.run([sys.executable, str(ROOT / "cli.py"), "daily"], env=bare, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Duties as of ")
    assert "王芳".encode(encoding if encoding in ("gbk", "latin-1") else "utf-8", "replace") in done.stdout


def test_no_bar_in_a_pipe(dueline: Process) -> None:
    said = dueline("import", "staff.csv", "student.csv")
    assert (said.code, said.err) == (0, "")
    assert "\x1b" not in said.out
