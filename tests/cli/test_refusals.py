"""What the command line refuses: one clear message, the right exit code, nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import api
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]

EVENTS = '"answered", "asked", "file_accepted", "visit_logged", "visits.greet", "visits.hand_over", "withdrawn"'
BORN = "2026-03-01 09:00"
REFUSED = [
    (
        "record nope S-1",
        f'there is no event "nope"; expected one of {EVENTS}',
    ),
    ("record file_acepted S-1", 'there is no event "file_acepted"; did you mean "file_accepted"?'),
    ("record file_accepted S-11", 'there is no case "S-11"; did you mean "S-1"?'),
    ("record file_accepted S-1 --at 2026-03-05", "2026-03-05 00:00 has not come yet (it is 2026-03-04 13:00)"),
    (
        "record file_accepted S-1 --at 2026-02-05",
        "2026-02-05 00:00 is before the case existed, which is since 2026-03-01 09:00",
    ),
    ("done nothing", 'there is no task "nothing"; dueline tasks lists them'),
    ("daily --role leed", 'there is no role "leed"; did you mean "lead"?'),
    ("daily --campus xuhiu", 'there is no campus "xuhiu"; did you mean "xuhui"?'),
    ("tasks --who 张子萱", 'there is no person "张子萱"; did you mean "张子轩"?'),
    ("daily --as-of 2500-01-01", '--as-of "2500-01-01" is outside the years 1970 to 2199'),
    (
        "decide discount S-1 --on 2026-02-05",
        f'on 2026-02-05 there was no S-1 yet: it is on record since {BORN}; write --on "{BORN}" or later',
    ),
    ("explain S-1 frist_call", 'there is no step "frist_call"; did you mean "first_call"?'),
]

MISUSED = [
    ("dialy", "No such command 'dialy'. Did you mean 'daily'?"),
    ("daily --formt json", "No such option: --formt"),
    ("daily --format jsn", "'jsn' is not one of"),
    ("done first_call/S-1 minutes", '"minutes" is not field=value'),
    ("done first_call/S-1 minutes=1 minutes=2", 'field "minutes" is given twice'),
    ("waive first_call/S-1 --by W", "Missing option '--why'"),
    ("daily --as-of never", '--as-of "never" is not a moment; write 2026-03-10 or "2026-03-10 09:00"'),
]


@pytest.mark.parametrize(("command", "message"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_refusal_is_one_clear_message(school: Run, command: str, message: str) -> None:
    school("daily")
    before = school("tasks", "--format", "json").out
    said = school(*command.split())
    assert (said.code, said.out, said.err) == (1, "", message + "\n")
    assert school("tasks", "--format", "json").out == before


@pytest.mark.parametrize(("command", "message"), MISUSED, ids=[each[0] for each in MISUSED])
def test_wrong_usage_is_exit_code_2(school: Run, command: str, message: str) -> None:
    said = school(*command.split())
    assert (said.code, said.out) == (2, "")
    assert message in " ".join(said.err.split())


def test_refusals_speak_chinese(school: Run) -> None:
    assert (
        school("record", "file_acepted", "S-1", "--lang", "zh").err
        == '没有事件 "file_acepted"；是不是 "file_accepted"？\n'
    )


def test_options_of_all_commands_may_stand_before_the_command(school: Run) -> None:
    assert "待办清单" in school("--lang", "zh", "tasks").out


def test_without_a_store_the_way_to_one_is_named(run: Run) -> None:
    said = run("daily")
    assert said.code == 1
    assert said.err == "there is no store dueline.db yet; dueline import FILE first, or dueline demo\n"


def test_definitions_with_errors_do_not_run(school: Run, tmp_path: Path) -> None:
    path = tmp_path / "processes" / "visits.yaml"
    path.write_text(path.read_text("utf-8").replace("on: file_accepted", "on: file_acepted"), "utf-8")
    said = school("daily")
    assert said.code == 1
    assert said.err.startswith("the definitions have 4 errors, nothing was run:\n\nprocesses/visits.yaml:9:17: ")


def test_a_fault_of_ours_is_one_line_and_a_file(school: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(api, "stored_tasks", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = school("tasks")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("internal error: ZeroDivisionError (details in ")
    assert len(said.err.splitlines()) == 1
    details = Path(said.err.split("details in ")[1].rstrip(")\n")).read_text("utf-8")
    assert "Traceback" in details


def test_a_clean_file_is_0_and_a_broken_one_1(run: Run, tmp_path: Path) -> None:
    assert run("check").code == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: process\nid: broken\n  title: x\n", "utf-8")
    said = run("check", "broken.yaml")
    assert said.code == 1
    assert said.out.startswith("broken.yaml:3:8: ")
    assert run("check", "broken.yaml", "--format", "github").out.startswith("::error file=broken.yaml,line=3,")


def test_no_scenarios_is_not_a_pass(run: Run) -> None:
    assert (run("test").code, run("test").out) == (1, "no scenarios found.\n")


def test_a_reader_that_has_seen_enough_is_no_fault(school: Run, tmp_path: Path) -> None:
    code = "import cli; cli.main()"
    command = f'"{sys.executable}" -c "{code}" daily --help | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
