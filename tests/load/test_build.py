"""The short forms of the language written out: what the model holds for each."""

from datetime import date

import pytest

from engine.calendars.calendar import Calendar, Closure, YearTable
from engine.load import load_texts
from engine.model import Definitions, Field, Step, Title

HEAD = "kind: process\nid: p\nsubject: student\nsteps:\n  s:\n    role: manager\n"


def built(*texts: str) -> Definitions:
    loaded = load_texts({f"{number}.yaml": text for number, text in enumerate(texts)})
    assert loaded.problems == []
    return loaded.definitions


def step(lines: str, opens: str = "{on: a}") -> Step:
    due = "" if "due:" in lines or "every" in opens else "    due: 1 day\n"
    done = "" if "done:" in lines or "form:" in lines else "    done: b\n"
    return built(f"{HEAD}    opens: {opens}\n{due}{done}    {lines}\n").processes["p"].steps["s"]


@pytest.mark.parametrize(
    ("opens", "kind", "overlap"),
    [
        ("{on: a}", "on", "keep"),
        ("{each: [a, b]}", "each", "keep"),
        ("{after: t}", "after", "keep"),
        ("{every: 2 weeks, from: a}", "every", "replace"),
        ("{every: {table: t}, from: a}", "every", "replace"),
        ("{every: week, times: 2}", "quota", "replace"),
        ("{when: x > 3}", "when", "keep"),
        ("{cron: 0 17 * * FRI}", "cron", "replace"),
        ("[{on: a}, {cron: 0 17 * * FRI}]", "on", "replace"),
    ],
)
def test_each_way_to_open_has_its_kind_and_overlap(opens: str, kind: str, overlap: str) -> None:
    found = step("", opens)
    assert (found.opens[0].kind, found.overlap) == (kind, overlap)


def test_overlap_as_written_wins() -> None:
    assert step("overlap: keep", "{every: 2 weeks}").overlap == "keep"


@pytest.mark.parametrize(
    ("every", "interval", "due"),
    [
        ("2 weeks", "2 weeks", "2 weeks"),
        ("{table: t}", "decide(t)", "decide(t)"),
        ("{table: t.out}", "decide(t, out)", "decide(t, out)"),
        ("month", None, "end of month"),
    ],
)
def test_a_rhythm_is_due_at_its_interval_and_a_quota_at_the_end_of_its_period(
    every: str, interval: str | None, due: str
) -> None:
    found = step("", f"{{every: {every}}}")
    assert (found.opens[0].interval, found.due) == (interval, due)


def test_a_table_asked_for_an_interval_is_marked_where_it_stands() -> None:
    interval = step("", "{every: {table: t.out}}").opens[0].interval
    assert interval is not None
    assert str(interval.part(10, 13)) == "0.yaml:7:30"


def test_a_quota_is_once_a_period_unless_it_says_more() -> None:
    assert step("", "{every: month}").opens[0].times == "1"


@pytest.mark.parametrize(
    ("done", "early", "times"),
    [
        ("b", False, 1),
        ("{by: [b, c]}", False, 1),
        ("{by: b, same: f}", True, 1),
        ("{by: b, same: f, early: false}", False, 1),
        ("{by: b, early: true, times: 3}", True, 3),
        ("{when: x}", False, 1),
    ],
)
def test_done_in_its_short_forms(done: str, early: bool, times: int) -> None:
    found = step(f"done: {done}").done
    assert (found.early, found.times) == (early, times)


def test_a_form_makes_the_steps_own_event() -> None:
    found = built(f"{HEAD}    opens: {{on: a}}\n    due: 1 day\n    form: {{note: {{type: text, required: true}}}}\n")
    event = found.events["p.s"]
    assert (event.subject, event.by, list(event.fields)) == ("student", ("manager",), ["note", "task_key"])
    assert found.processes["p"].steps["s"].done.events == ("p.s",)


def test_endings_in_their_short_forms() -> None:
    found = step("until: [gone, {on: [a, b], if: x, same: f, why: 结束}, {when: y}]").until
    assert [each.events for each in found] == [("gone",), ("a", "b"), ()]
    assert (found[1].condition, found[1].same, found[1].why, found[2].when) == ("x", "f", Title(zh="结束"), "y")


def test_a_subject_grows_over_files() -> None:
    found = built(
        "kind: vocabulary\nid: a\nsubjects: {student: {title: 学员, fields: {f: {type: text}}}}",
        "kind: vocabulary\nid: b\nsubjects: {student: {fields: {g: {type: text}}, events: {e: }}}",
        "kind: process\nid: p\nsubject: student\nfields: {h: {type: number}}\nformulas: {x: {value: h + 1}}\nsteps: {}",
    )
    assert list(found.subjects["student"].fields) == ["f", "g", "h"]
    assert found.subjects["student"].title == Title(zh="学员")
    assert found.formulas["student"]["x"].value == "h + 1"
    assert found.events["e"].subject == "student"


def test_a_field_with_all_its_keys() -> None:
    found = built(
        "kind: vocabulary\nid: a\nsubjects: {s: {fields: {f: {type: choices, of: {x: 甲, y: {en: Y}}, all_of: true,"
        " required: true, required_if: g, at_least: 1, at_most: 2.5, source: X-1, help: {zh: 助, en: help}}}}}"
    )
    field = found.subjects["s"].fields["f"]
    assert isinstance(field, Field)
    assert (field.choices, field.choice_titles) == (("x", "y"), {"x": Title(zh="甲"), "y": Title(en="Y")})
    assert (field.all_of, field.required, field.required_if) == (True, True, "g")
    assert (field.at_least, field.at_most, field.source) == (1.0, 2.5, ("X-1",))


def test_values_of_a_parameter_are_in_the_order_of_their_days() -> None:
    found = built("kind: vocabulary\nid: a\nparameters: {p: {type: number, values: {2026-09-01: 2, 2026-01-01: 3}}}")
    assert [(each.since, each.value) for each in found.parameters["p"].values] == [
        (date(2026, 1, 1), "3"),
        (date(2026, 9, 1), "2"),
    ]


def test_a_list_in_a_table_is_one_cell_or_a_list_of_the_language() -> None:
    rule = "{if: {a: [x, y], b: 3}, then: {c: [p, q], d: yes}}"
    found = built(
        "kind: decision_table\nid: t\ninputs: {a: {type: text}, b: {type: number}}\n"
        f"outputs: {{c: {{type: choices, of: [p, q]}}, d: {{type: yes_no}}}}\nrules: [{rule}]"
    )
    (only,) = found.tables["t"].rules
    assert (only.when, only.then) == ({"a": "x, y", "b": "3"}, {"c": "[p, q]", "d": "yes"})
    assert [str(word.part(3, 4)) for key, word in only.when.items() if key == "a"] == ["0.yaml:5:22"]


def test_a_calendar_is_built_with_its_hours_holidays_and_closures() -> None:
    found = built(
        "kind: calendar\nid: c\nweek: {wednesday: [09:00-12:00, 13:30-24:00]}\nholidays: none\n"
        "makeup_hours: [9:00-18:00]\n"
        "years: {2027: {holidays: [2027-02-06..2027-02-07], makeup_workdays: [2027-02-14]}}\n"
        "closures: [{from: 2026-02-10, to: 2026-02-23, title: 寒假}]\nopen_days: {2026-05-04: [09:00-12:00]}"
    )
    days = frozenset({date(2027, 2, 6), date(2027, 2, 7)})
    assert found.calendars["c"] == Calendar(
        "c",
        week=((), (), ((540, 720), (810, 1440)), (), (), (), ()),
        holidays="none",
        years={2027: YearTable(days, frozenset({date(2027, 2, 14)}))},
        closures=(Closure(date(2026, 2, 10), date(2026, 2, 23), "寒假"),),
        open_days={date(2026, 5, 4): ((540, 720),)},
        makeup_hours=((540, 1080),),
    )


def test_an_overlay_changes_adds_and_waives() -> None:
    found = built(
        f"{HEAD}    opens: {{on: a}}\n    due: 1 day\n    done: b\n",
        "kind: overlay\nid: pudong\nparameters: {x: {value: 2, waiver: {by: A, why: B, until: 2026-12-31}}}\n"
        "change: {p.s: {due: 2 days, drop: true, waiver: {by: A, why: B, until: 2026-12-31}}}\n"
        "add: {p: {t: {role: r, opens: {on: a}, due: 1 day, form: {n: {type: text}}}}}",
    )
    overlay = found.overlays["pudong"]
    assert (overlay.campuses, list(overlay.waivers)) == (("pudong",), ["x"])
    assert (overlay.changes[0].values, overlay.changes[0].drop) == ({"due": "2 days"}, True)
    assert overlay.steps["p"]["t"].campuses == frozenset({"pudong"})  # type: ignore[index]
    assert found.events["p.t"].subject == "student"


def test_a_scenario_stands_by_itself() -> None:
    found = built(
        f"{HEAD}    opens: {{on: a}}\n    due: 1 day\n    done: b\n",
        "kind: scenarios\nprocess: p\ncampus: xuhui\ncase: {grade: 5}\nparameters: {x: 2}\nscenarios:\n"
        '  - {name: one, events: [{at: "2026-03-06 16:00", event: a, n: 1.5, ok: true, who: yes}, '
        '{at: "2026-03-07 16:00", waive: s, why: w}]}\n'
        "  - {name: two, as_of: 2026-02-01, "
        "cases: [{case_id: C-1, subject: class, created_at: 2026-01-01}, {case_id: S-9}]}\n"
        "  - {name: three, decide: {table: t, with: {n: 1}, expect: 400}}\n",
    ).scenarios
    one, two, three = found
    assert one.cases == ({"grade": 5, "case_id": "S-1", "subject": "student", "created_at": "2026-03-06 16:00"},)
    assert one.events[0].values == {"n": 1.5, "ok": True, "who": "yes"}
    assert (one.events[1].event, one.events[1].values) == ("waive", {"step": "s", "why": "w"})
    assert (one.campus, one.parameters) == ("xuhui", {"x": "2"})
    assert [dict(each) for each in two.cases] == [
        {"case_id": "C-1", "subject": "class", "created_at": "2026-01-01"},
        {"grade": 5, "case_id": "S-9", "subject": "student", "created_at": "2026-02-01"},
    ]
    assert (three.decide, three.given, three.expect) == ("t", {"n": 1}, {"": 400})
