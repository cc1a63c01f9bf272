"""A day at the command line: import, record, list, close, waive, correct."""

import json
import time
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Run

LIST = """\
Duties as of 2026-03-04 13:00

王芳 · 4, 2 late
  03-04 Wed 10:00  3h late  welcome     林晓 S-10   56rmg
  03-04 Wed 12:00  1h late  first call  张子轩 S-1  sqzfk  told 李雷
  03-06 Fri 10:00  in 2d    welcome     张子轩 S-1  mh5kw
  -                waiting  first call  林晓 S-10   cmdgg  waits until paid

4 duties: 2 late, 1 open, 1 waiting
next: dueline explain 56rmg (why); dueline done 56rmg field=value (when it is done)
"""


def test_the_list_of_the_day(school: Run) -> None:
    said = school("daily")
    assert (said.code, said.out, said.err) == (0, LIST, "")
    assert school("tasks").out == LIST


def test_the_list_of_the_day_in_chinese(school: Run) -> None:
    said = school("daily", "--lang", "zh")
    assert "王芳 · 4 件，逾期 2 件" in said.out
    assert "  03-04 周三 12:00  逾期 1 小时  首次电话  张子轩 S-1  sqzfk  已上报李雷\n" in said.out
    assert "等：到账" in said.out


def test_running_a_day_twice_changes_nothing(school: Run) -> None:
    assert school("daily", "--format", "json").out == school("daily", "--format", "json").out


def test_a_day_can_be_replayed_without_writing(school: Run) -> None:
    school("daily")
    said = school("daily", "--dry-run", "--as-of", "2026-03-04 11:00", "--format", "json")
    states = {each["task_id"]: each["state"] for each in json.loads(said.out)["tasks"]}
    assert states["visits.first_call/S-1"] == "open"
    assert school("tasks").out == LIST


def test_a_look_back_with_what_was_known_then(school: Run) -> None:
    # Both files were typed in at 13:00 only.
    said = school("daily", "--as-known", "--as-of", "2026-03-04 12:30", "--format", "json")
    assert json.loads(said.out)["tasks"] == []


def test_a_fact_that_is_for_another_post_to_record_is_noted(school: Run) -> None:
    said = school("record", "asked", "S-1", "matter=M1", "--by", "T-1")
    assert said.out.splitlines()[1] == "note: this is for the lead to record; 王芳 is learning manager."
    assert "note:" not in school("record", "asked", "S-1", "matter=M2", "--by", "李雷").out
    assert "note:" not in school("record", "asked", "S-1", "matter=M3").out


def test_what_is_done_before_its_gate_opens_is_said_to_have_waited(school: Run) -> None:
    said = school("done", "first_call/S-10", "minutes=5")
    assert said.out.startswith("done: visits.first_call/S-10. Note that it was still waiting until ")
    assert "waiting" not in school("done", "first_call/S-1", "minutes=5").out.partition("now:")[0]


def test_the_list_of_one_person_or_role(school: Run) -> None:
    school("daily")
    assert "sqzfk" in school("tasks", "--who", "王芳").out
    # What went up to a role is on that role's list, and on that of the one who holds it alone.
    for asked in (("--role", "lead"), ("--who", "李雷"), ("--who", "T-2")):
        only = school("tasks", *asked, "--format", "json")
        assert [each["task_id"] for each in json.loads(only.out)["tasks"]] == ["visits.first_call/S-1"]


def test_a_task_closes_with_its_evidence_only(school: Run) -> None:
    said = school("done", "first_call/S-1")
    assert (said.code, said.out) == (1, "")
    assert said.err == "visits.first_call/S-1 needs: minutes=number (minutes)\n"
    said = school("done", "first_call/S-1", "minutes=5")
    assert said.code == 0
    assert said.out.startswith("done: visits.first_call/S-1.\nS-1 now:\n")
    assert "first_call" not in said.out.split("now:")[1]
    assert school("done", "first_call/S-1", "minutes=5").err == "visits.first_call/S-1 is already done late\n"


def test_a_duty_that_is_not_on_the_list_yet_is_not_called_done_when_it_is_not(school: Run) -> None:
    said = school("done", "ask_student/S-1", "with=student", "minutes=3")
    assert said.out.startswith(
        "recorded, but visits.ask_student/S-1 is not closed by it:\n  ✗ “minutes” is more than 5  [“minutes”: 3]\n"
    )
    assert school("done", "ask_student/S-1", "minutes=6").out.startswith("done: visits.ask_student/S-1.\n")


def test_what_happened_before_a_duty_opened_does_not_close_it(school: Run) -> None:
    said = school("done", "hand_over/S-1", "papers=plan,contract,card", "--at", "2026-03-03 10:00")
    before = (
        "  ✗ it happened 2026-03-03 Tue 10:00, before this duty opened 2026-03-04 Wed 10:00; only what happens after"
    )
    assert said.out.startswith(f"recorded, but visits.hand_over/S-1 is not closed by it:\n{before} that counts\n")


def test_a_duty_that_was_over_before_is_not_called_done_by_what_came_after(school: Run, tmp_path: Path) -> None:
    (tmp_path / "visit_logged.csv").write_text("case_id,at,with,minutes\nS-1,2026-03-04 11:00,parent,5\n", "utf-8")
    school("import", "visit_logged.csv")  # the list does not know of it yet
    said = school("done", "first_call/S-1", "minutes=7")
    told = "recorded, but visits.first_call/S-1 is not closed by it: it is done since 2026-03-04 11:00, by event 3."
    assert said.out.splitlines()[0] == told


def test_a_duty_that_fell_away_is_not_called_done(school: Run, tmp_path: Path) -> None:
    school("record", "asked", "S-10", "matter=fee", "--at", "2026-03-04 09:00")
    (tmp_path / "withdrawn.csv").write_text("case_id,at\nS-10,2026-03-04 11:00\n", "utf-8")
    school("import", "withdrawn.csv")
    assert school("done", "answer/S-10").out.splitlines()[:2] == [
        "recorded, but visits.answer/S-10/fee is not closed by it: it is cancelled since 2026-03-04 11:00.",
        "  Cancelled 2026-03-04 Wed 11:00: “withdrawn” was recorded.",
    ]


def test_what_came_before_a_duty_opened_and_counts_all_the_same_is_said_to(school: Run) -> None:
    school("record", "asked", "S-10", "matter=fee", "--at", "2026-03-04 09:00")
    told = "It happened 2026-03-03 09:00, before the duty opened 2026-03-04 09:00, and counts as done when that opened."
    said = school("done", "answer/S-10", "--at", "2026-03-03 09:00")
    assert said.out.splitlines()[0] == f"done: visits.answer/S-10/fee. {told}"


def test_choices_that_must_all_be_there_are_named_until_they_are(school: Run) -> None:
    said = school("done", "hand_over/S-1", "papers=plan").out
    missing = "  ✗ of “papers” all must be there, still missing: “contract”, “contact card”; "
    assert said.startswith(f"recorded, but visits.hand_over/S-1 is not closed by it:\n{missing}until one record has")
    assert school("record", "visits.hand_over", "S-1", "papers=plan,card", "--lang", "zh").out.splitlines()[1:3] == [
        "visits.hand_over/S-1 没有因此办结：",
        "  ✗ 「材料」要样样齐全，还缺「合同」；补齐后把全部各项再记录一次，在那之前这件事一直待办",
    ]
    assert school("done", "hand_over/S-1", "papers=plan,card,contract").out.startswith("done: visits.hand_over/S-1.\n")


def test_what_a_fact_of_the_case_asks_of_a_form_is_named(school: Run) -> None:
    school("record", "asked", "S-1", "matter=fee")
    assert school("done", "answer/S-1").out.splitlines()[1] == "  ✗ still owed: “receipt”"
    assert school("done", "answer/S-1", "receipt=7").out.startswith("done: visits.answer/S-1/fee.\n")


def test_a_record_says_which_duties_it_closes(school: Run) -> None:
    said = school("record", "visit_logged", "S-1", "with=parent")
    assert said.out.splitlines()[1:3] == ["visits.first_call/S-1 is not closed by it:", "  ✗ still owed: “minutes”"]
    said = school("record", "visit_logged", "S-1", "with=parent", "minutes=5")
    assert said.out.splitlines()[1:3] == ["done: visits.first_call/S-1.", "S-1 now:"]


def test_a_task_is_named_by_its_code(school: Run) -> None:
    assert school("done", "sqzfk", "minutes=5").out.startswith("done: visits.first_call/S-1.\n")
    assert school("explain", "sqzfk").out.startswith("first call  visits.first_call/S-1\n")


def test_a_form_may_be_filled_by_the_titles_of_its_fields(school: Run) -> None:
    assert school("done", "greet/S-1", "说了什么=欢迎").code == 0


def test_a_part_that_several_tasks_have_lists_them(school: Run) -> None:
    said = school("done", "first", "minutes=5")
    assert said.code == 1
    assert said.err == '"first" may mean 2 tasks:\n  visits.first_call/S-1\n  visits.first_call/S-10\n'


def test_before_the_first_run_the_list_says_how_to_get_one(run: Run) -> None:
    run("import", "staff.csv", "student.csv")
    said = run("tasks", "--state", "done").out
    way = "no list was worked out yet: run dueline daily first; what it lists is found here once it is done.\n"
    assert said == f"Duties as of 2026-03-04 13:00\n\n{way}"
    run("daily")
    assert run("tasks").out.endswith("Nothing is owed.\n")


def test_what_no_list_has_shown_is_not_among_what_is_done(school: Run) -> None:
    school("daily")
    assert "Kept are those that a list has shown" in school("tasks", "--state", "done").out
    school("done", "greet/S-1", "words=hello")
    said = school("tasks", "--state", "done").out
    assert "welcome  张子轩 S-1" in said
    assert "Kept" not in said


def test_a_waived_task_is_no_longer_owed(school: Run) -> None:
    said = school("waive", "greet/S-10", "--by", "T-2", "--why", "moved away")
    assert said.out.startswith("waived: visits.greet/S-10.\n")
    assert "greet/S-10" not in school("tasks").out
    states = json.loads(school("tasks", "--state", "waived", "--format", "json").out)["tasks"]
    assert [each["task_id"] for each in states] == ["visits.greet/S-10"]


def test_a_voided_event_never_was(school: Run) -> None:
    said = school("void", "1", "--by", "T-2", "--why", "wrong student")
    assert said.out == "voided: event 1, by event 3.\nS-1 owes nothing now.\n"
    assert school("void", "1", "--by", "T-2", "--why", "again").err == "event 1 is already voided by event 3\n"
    assert school("void", "99", "--by", "T-2", "--why", "x").err == 'there is no event "99"\n'


def test_why_a_task_is_due(school: Run) -> None:
    out = school("explain", "first_call/S-1").out
    assert "opened 2026-03-04 Wed 10:00: when “file accepted” is recorded for the first time." in out
    assert "Its clock started 2026-03-04 Wed 10:00: “paid” is yes." in out
    assert "It is due within 2 hours of the end of the wait.\n  → due 2026-03-04 Wed 12:00" in out
    assert "● 2026-03-04 Wed 12:00 went to the lead" in out


def test_why_a_step_owes_nothing(school: Run) -> None:
    school("void", "1", "--by", "T-2", "--why", "wrong student")
    out = school("explain", "S-1", "first_call").out
    assert out.startswith("张子轩 S-1 does not owe “first call”.\n")
    assert "The smallest change\n  record “file accepted”\n" in out


def test_lists_are_written_to_files(school: Run, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "ics", "md", "json"):
        said = school("daily", "--format", form, "-o", f"list.{form}")
        assert (said.code, said.out) == (0, "")
        assert (tmp_path / f"list.{form}").stat().st_size > 200
    assert school("daily", "-o", "nowhere/list.txt").code == 1


def test_the_hint_below_a_list_of_the_past_works_as_it_stands(school: Run) -> None:
    school("daily")
    assert school("done", "greet/S-10", "words=hello").code == 0
    school("daily")
    said = school("daily", "--as-of", "2026-03-04 11:30")
    hint = said.out.splitlines()[-1]
    assert hint == 'next: dueline explain 56rmg --as-of "2026-03-04 11:30" (why)'
    out = school("explain", "56rmg", "--as-of", "2026-03-04 11:30").out
    assert "State: late by 1 h 30 min" in out


def test_the_hint_below_a_list_of_another_place_works_as_it_stands(
    school: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    place = f"--workspace {tmp_path.name}"
    hint = school("daily", *place.split()).out.splitlines()[-1]
    assert hint.startswith(f"next: dueline explain 56rmg {place} (why); dueline done 56rmg {place} field=value")
    assert school("explain", "56rmg", *place.split()).code == 0
    assert school("done", "56rmg", *place.split(), "words=hello").code == 0


def test_a_list_of_nobody_is_refused_before_anything_is_written(school: Run) -> None:
    before = Path("dueline.db").read_bytes()
    for asked in (("--role", "WRONG"), ("--campus", "WRONG"), ("--who", "WRONG")):
        assert school("daily", *asked).code == 1
    assert Path("dueline.db").read_bytes() == before


def test_the_hint_below_a_list_of_an_earlier_day_names_that_day(school: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    school("daily")
    monkeypatch.setattr(time, "time", lambda: NOW + 2 * 86_400)
    hint = school("tasks").out.splitlines()[-1]
    assert hint.startswith('next: dueline explain 56rmg --as-of "2026-03-04 13:00" (why); dueline done 56rmg ')


def test_a_task_that_only_a_look_has_shown_is_found_by_its_code_and_by_its_id(run: Run) -> None:
    Path("events.csv").write_text("event,case_id,at\nfile_accepted,S-10,2026-03-02 10:00\n", "utf-8")
    assert run("import", "staff.csv", "student.csv", "events.csv").code == 0
    hint = run("daily", "--dry-run", "--as-of", "2026-03-04 11:30").out.splitlines()[-1]
    assert hint == 'next: dueline explain 56rmg --as-of "2026-03-04 11:30" (why)'
    for name in ("56rmg", "visits.greet/S-10", "greet/S-10"):
        assert run("explain", name, "--as-of", "2026-03-04 11:30").out.startswith("welcome  visits.greet/S-10\n")
    assert run("explain", "56rmg").err == 'there is no task "56rmg"; dueline tasks lists them\n'


def test_the_hint_below_a_list_of_a_day_to_come_names_that_day(school: Run) -> None:
    hint = school("daily", "--as-of", "2026-03-05 09:00").out.splitlines()[-1]
    assert hint.startswith('next: dueline explain 56rmg --as-of "2026-03-05 09:00" (why); dueline done 56rmg ')


KEYED = """\
kind: process
id: reports
subject: student
steps:
  report:
    title: {zh: 汇报, en: report}
    role: lead
    opens: {each: visit_logged}
    due: 1 hour
    form: {words: {type: text, required: true}}
"""


def test_an_id_without_its_key_means_the_one_task_that_is_open(school: Run) -> None:
    Path("processes/reports.yaml").write_text(KEYED, "utf-8")
    for clock in ("10:00", "11:00"):
        assert school("record", "visit_logged", "S-1", "with=student", "--at", f"2026-03-04 {clock}").code == 0
    two = "  reports.report/S-1/2026-03-04T10:00\n  reports.report/S-1/2026-03-04T11:00\n"
    out = school("explain", "S-1", "report").out
    assert out.startswith("report  reports.report/S-1/2026-03-04T10:00\n")
    assert out.endswith("\nOf this step the case has also:\n  reports.report/S-1/2026-03-04T11:00\n")
    said = school("explain", "reports.report/S-1")
    assert (said.code, said.err) == (1, f'"reports.report/S-1" may mean 2 tasks:\n{two}')
    said = school("explain", "reports.report/S-1/2026-03-04")
    assert said.err == (
        f'there is no task "reports.report/S-1/2026-03-04" at that moment; of this step S-1 has:\n{two}'
    )
    assert school("done", "report/S-1/2026-03-04T10:00", "words=told").code == 0
    out = school("explain", "reports.report/S-1").out
    assert out.startswith("report  reports.report/S-1/2026-03-04T11:00\n")
    assert "State: late by 1 h" in out


def test_at_its_very_due_moment_a_task_is_late_wherever_it_is_told(school: Run) -> None:
    said = school("daily", "--dry-run", "--as-of", "2026-03-04 12:00")
    assert "王芳 · 4, 2 late" in said.out
    assert "  03-04 Wed 12:00  just late  first call  张子轩 S-1  sqzfk" in said.out
    assert "State: late, it fell due just now\n" in school("explain", "sqzfk", "--as-of", "2026-03-04 12:00").out


def test_a_list_as_of_before_the_last_recording_shows_nothing_of_later(run: Run) -> None:
    Path("events.csv").write_text("event,case_id,at\nfile_accepted,S-1,2026-03-04 10:00\n", "utf-8")
    assert run("import", "staff.csv", "student.csv", "events.csv").code == 0
    run("daily", "--as-of", "2026-03-04 11:00")
    # Typed in at 13:00: the case is looked at as of then, when the call is late.
    said = run("record", "asked", "S-1", "matter=M1", "--at", "2026-03-04 11:30")
    assert "1h late  first call" in said.out
    found = json.loads(run("daily", "--as-of", "2026-03-04 11:45", "--format", "json").out)["tasks"]
    assert {each["step"]: each["state"] for each in found} == {"first_call": "open", "greet": "open", "answer": "open"}


def test_of_several_in_a_post_the_one_whom_the_file_names_was_told(school: Run, tmp_path: Path) -> None:
    process = next(path for path in (tmp_path / "processes").iterdir() if "greet:" in path.read_text("utf-8"))
    old, new = "due: 2 days\n    form", "due: 2 days\n    escalate: [{at: due, to: learning_manager}]\n    form"
    text = process.read_text("utf-8").replace(old, new)
    process.write_text(
        text.replace("en: welcome}\n    role: learning_manager", "en: welcome}\n    role: lead"), "utf-8"
    )
    more = "姓名,编号,校区,岗位,建档时间\n赵敏,T-3,xuhui,learning_manager,2026-02-01 09:00\n"
    (tmp_path / "staff.csv").write_text(more, "utf-8")
    assert school("import", "staff.csv").code == 0
    assert "56rmg  told 王芳\n" in school("daily").out
    assert school("record", "set", "S-10", "learning_manager=T-3").code == 0
    assert "56rmg  told 赵敏\n" in school("daily").out
    assert school("tasks").out == school("daily").out
    assert school("record", "withdrawn", "S-10").code == 0
    vocabulary = next(
        path for path in (tmp_path / "processes").iterdir() if "en: withdrawn}" in path.read_text("utf-8")
    )
    old, new = "en: withdrawn}, by: lead", "en: withdrawn}, by: lead, sets: {learning_manager: 'nobody('}"
    vocabulary.write_text(vocabulary.read_text("utf-8").replace(old, new), "utf-8")
    assert "56rmg  told learning manager\n" in school("tasks").out  # rules that are being written are not asked
