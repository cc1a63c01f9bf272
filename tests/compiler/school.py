"""A small school in which every way of opening, closing and waiting occurs, and the days on which things happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from engine.calendars.zones import moment_of, moment_text
from engine.compiler.plan import Plan, plan
from engine.importing.values import normalise_event
from engine.load.workspace import load_texts
from engine.model import Definitions
from engine.run import Run, run
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame

ZONE = "Asia/Shanghai"

VOCABULARY = """
kind: vocabulary
id: school
title: school
roles: {manager: manager, lead: lead, teacher: teacher, principal: principal}
subjects:
  student:
    title: student
    fields:
      programme: {type: choice, of: [single, group], required: true}
      manager: {type: reference, to: staff}
      paid: {type: yes_no}
      grade: {type: number}
    events:
      accepted: {title: accepted, by: manager}
      visited:
        title: visit
        by: manager
        fields:
          with: {type: choice, of: [parent, student], required: true}
          minutes: {type: number}
          mood: {type: choice, of: [good, bad], required_if: with == "parent"}
          exam_plan: {type: text, required_if: "or_else(grade, 0) >= 12"}
      lesson: {title: lesson, by: teacher, fields: {number: {type: text}, starts_at: {type: moment}}}
      absent: {title: absence, by: teacher, fields: {lesson: {type: text}, excused: {type: yes_no}}}
      called: {title: call, by: manager, fields: {lesson: {type: text}, note: {type: text}}}
      signed: {title: signature, by: manager, fields: {who: {type: choice, of: [parent, teacher, lead]}}}
      papers: {title: papers, by: manager, fields: {copies: {type: choices, of: [a, b, c], all_of: true, required: true}}}
      payment: {title: payment, by: manager, fields: {amount: {type: money}}, sets: {paid: true}}
      refunded: {title: refund, by: manager, sets: {paid: false}}
      stopped: {title: stopped, by: manager}
      resumed: {title: resumed, by: manager}
      withdrawn: {title: withdrawn, by: manager}
      finished: {title: finished, by: manager}
  staff: {title: staff, fields: {name: {type: text}, role: {type: text}}, events: {reported: {title: report}}}
parameters: {absence_limit: {type: number, title: limit, values: {2020-01-01: 2, 2026-03-15: 3}, reason: habit}}
"""

PROCESS = """
kind: process
id: service
title: service
subject: student
applies_if: programme == "single"
ends: [finished]
pauses: [{from: stopped, to: resumed}]
formulas:
  lately_absent: {title: absent lately, value: "count(absent, if=not or_else(excused, false), within=20 days)"}
  month: {title: month, value: "months_between(created_at, now)"}
steps:
  first_call:
    {title: t, role: manager, opens: {on: accepted}, needs: paid, due: 0.5 working_days,
     done: {by: visited, if: with == "parent"}, evidence: [minutes], until: [withdrawn],
     escalate: [{at: due - 2 working_hours, to: manager}, {at: due, to: lead}]}
  briefing: {title: t, role: teacher, opens: {each: lesson}, due: 2 days, ahead: 1 days, done: visited}
  prepare: {title: t, role: teacher, opens: {each: lesson, same: number}, due: 1 hours before starts_at if is_known(starts_at) else 1 days,
            done: {by: called, same: lesson}}
  contact: {title: t, role: manager, opens: {each: absent, if: "not or_else(excused, false)", same: lesson}, due: end of day,
            done: {by: called, same: lesson, early: false}, overlap: keep}
  follow_up: {title: t, role: manager, opens: {after: contact}, due: 3 days, done: {by: visited, if: "or_else(minutes, 0) > 10"},
              until: [{when: is_done(first_call)}]}
  rhythm: {title: t, role: manager, opens: {every: "7 days if month < 1 else 14 days", from: accepted, since: lesson}, done: visited}
  monthly: {title: t, role: manager, opens: {every: month, times: 2, from: accepted, if: paid}, done: {by: visited, if: with == "parent"}}
  meeting: {title: t, role: lead, opens: {when: "lately_absent >= absence_limit"}, due: 2 working_days, done: signed, overlap: replace}
  anniversary: {title: t, role: manager, opens: {when: "happened(accepted) and now >= first(accepted) + 30 days"}, due: 5 days, done: {when: paid}}
  report: {title: t, role: manager, opens: {cron: "0 17 * * FRI", shift: previous_working_day, from: accepted}, due: 3 hours,
           done: called, rollout: {since: 2026-02-20, applies_to: open_from}}
  stock: {title: t, role: manager, opens: {cron: "0 9 1 */3 *", if: paid}, overlap: keep, due: 10 days, done: called, pauses: false}
  signatures: {title: t, role: manager, opens: {on: payment}, due: 3 days, done: {by: signed, collect: who}}
  copies: {title: t, role: manager, opens: {on: accepted}, delay: 2 days, due: 5 days, done: papers}
  closing: {title: t, role: manager, opens: {each: refunded}, due: 1 working_days, form: {result: {type: text, required: true}},
            until: [{when: "now >= opened_at + 9 days"}], rollout: {since: 2026-02-10, clock: restart}}
""".replace("opens: {on: accepted}, delay: 2 days", "opens: {on: accepted, delay: 2 days}")

STAFF = """
kind: process
id: duty
title: duty
subject: staff
steps:
  weekly: {title: t, role: manager, opens: {cron: "0 18 * * 5"}, due: end of day, done: reported}
  lead_weekly: {title: t, role: lead, opens: {every: week, times: 1}, done: reported}
"""

CALENDARS = """
kind: calendar
id: standard
zone: Asia/Shanghai
week: {monday: DAY, tuesday: DAY, wednesday: DAY, thursday: DAY, friday: DAY}
holidays: china
""".replace("DAY", "[09:00-12:00, 13:30-18:00]")

WEEKEND = """
kind: calendar
id: weekend
zone: Asia/Shanghai
week: {wednesday: [10:00-20:00], thursday: [10:00-20:00], friday: [10:00-20:00], saturday: [09:00-20:00], sunday: [09:00-20:00]}
holidays: none
"""

OVERLAY = """
kind: overlay
id: pudong
title: Pudong
campuses: [pudong]
calendar: weekend
parameters: {absence_limit: {value: 1}}
change: {service.first_call: {due: 2 working_hours}, service.briefing: {drop: true, waiver: {by: a, why: b, until: 2027-01-01}}}
add: {service: {greeting: {title: t, role: manager, opens: {each: accepted}, due: end of next working day, done: called}}}
roles: {lead: principal}
"""

SCHOOL = {
    "vocabulary.yaml": VOCABULARY,
    "service.yaml": PROCESS,
    "duty.yaml": STAFF,
    "standard.yaml": CALENDARS,
    "weekend.yaml": WEEKEND,
    "pudong.yaml": OVERLAY,
}


def defined(texts: Mapping[str, str]) -> Definitions:
    """Return what the texts define; nothing may be wrong with them."""
    loaded = load_texts(texts)
    assert not [str(each) for each in loaded.problems if each.severity == "error"], loaded.problems
    return loaded.definitions


@cache
def school(**changed: str) -> Plan:
    """Return the plan of the school; a file may be another one."""
    return plan(defined({**SCHOOL, **{f"{name}.yaml": text for name, text in changed.items()}}))


def at(text: str) -> int:
    """Return the moment of local wall time."""
    return moment_of(text, ZONE)


@dataclass
class Book:
    """Cases and what happened to them, written down as people say it."""

    plan: Plan = field(default_factory=school)
    cases: list[dict[str, object]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)

    def case(self, case_id: str, created: str, campus: str = "xuhui", subject: str = "student", **facts: Any) -> "Book":
        """Add a case."""
        number = len(self.cases) + 1
        fields = {"programme": "single", **facts} if subject == "student" else facts
        row = {"case_no": number, "case_id": case_id, "subject": subject, "campus": campus, "created_at": at(created)}
        self.cases.append({**row, "fields": fields})
        return self

    def on(self, case_id: str, when: str, event: str, recorded: str = "", **values: object) -> "Book":
        """Add an event."""
        number = next(index for index, each in enumerate(self.cases, 1) if each["case_id"] == case_id)
        data: Mapping[str, object] = values
        if event not in ("void", "waive"):
            subject = str(self.cases[number - 1]["subject"])
            data, wrong = normalise_event(self.plan.definitions, event, values, ZONE, subject=subject)
            assert not wrong, wrong
        self.events.append(NewEvent(number, event, at(when), at(recorded or when), None, data))
        return self

    def run(self, as_of: str | int, **options: object) -> Run:
        """Return what is owed as of a moment."""
        now = at(as_of) if isinstance(as_of, str) else as_of
        frame = case_frame(self.cases)
        log = MemoryLog(self.plan.definitions, frame, self.events, now)
        return run(self.plan, frame, log, now, **options)  # type: ignore[arg-type]

    def tasks(self, as_of: str, *steps: str, **options: object) -> list[dict[str, object]]:
        """Return the tasks of some steps with their moments as wall time, in the order in which they opened."""
        found = self.run(as_of, **options).tasks
        rows = found.filter(pl.col("step").is_in(steps) if steps else pl.lit(value=True)).sort("opened_at", "task_id")
        return [_readable(row) for row in rows.iter_rows(named=True)]


def _readable(row: dict[str, object]) -> dict[str, object]:
    return {
        name: moment_text(value, ZONE) if name.endswith("_at") and isinstance(value, int) else value
        for name, value in row.items()
    }


def brief(tasks: Sequence[Mapping[str, object]], *names: str) -> list[tuple[object, ...]]:
    """Return some columns of tasks."""
    return [tuple(task[name] for name in names) for task in tasks]
