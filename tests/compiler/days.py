"""Random days of a small school: what happens, what is taken back, what is typed in late."""

from hypothesis import strategies as st

from tests.compiler.school import at

DAY = 86_400
START = at("2026-01-19 00:00")
LAST = 75  # days of the story

VALUES: dict[str, st.SearchStrategy[dict[str, object]]] = {
    "accepted": st.just({}),
    "visited": st.fixed_dictionaries(
        {"with": st.sampled_from(["parent", "student"])},
        optional={"minutes": st.sampled_from([5.0, 20.0]), "mood": st.sampled_from(["good", "bad"])},
    ),
    "lesson": st.fixed_dictionaries(
        {"number": st.sampled_from(["L1", "L2"])},
        optional={"starts_at": st.integers(0, LAST).map(lambda day: START + day * DAY + 36_000)},
    ),
    "absent": st.fixed_dictionaries({"lesson": st.sampled_from(["L1", "L2"])}, optional={"excused": st.booleans()}),
    "called": st.fixed_dictionaries({}, optional={"lesson": st.sampled_from(["L1", "L2"])}),
    "signed": st.fixed_dictionaries({"who": st.sampled_from(["parent", "teacher", "lead"])}),
    "papers": st.fixed_dictionaries({"copies": st.sampled_from([["a"], ["a", "b", "c"]])}),
    "payment": st.just({}),
    "refunded": st.just({}),
    "stopped": st.just({}),
    "resumed": st.just({}),
    "withdrawn": st.just({}),
    "finished": st.just({}),
    "service.closing": st.just({"result": "kept"}),
    "set": st.one_of(
        st.fixed_dictionaries({"paid": st.booleans()}),
        st.fixed_dictionaries({"programme": st.sampled_from(["single", "group"])}),
        st.fixed_dictionaries({"manager": st.sampled_from(["E1", "E2"])}),
    ),
    "waive": st.fixed_dictionaries(
        {
            "step": st.sampled_from(["service.first_call", "service.contact", "service.rhythm"]),
            "key": st.sampled_from(["", "L1", "2026-01-20T09:00"]),
        }
    ),
}
OFTEN = (
    "accepted",
    "visited",
    "lesson",
    "absent",
    "called",
    "payment",
    "signed",
    "stopped",
    "resumed",
    "refunded",
    "set",
)

#: (type, values) of one event of a student.
happenings = st.one_of(
    *(st.tuples(st.just(name), VALUES[name]) for name in OFTEN),
    *(st.tuples(st.just(name), VALUES[name]) for name in VALUES if name not in OFTEN),
)
#: Moments of a day, few of them, so that things often coincide: to the second, or within a minute.
times = st.sampled_from([9 * 3600, 9 * 3600 + 20, 10 * 3600, 17 * 3600, 17 * 3600 + 1, 20 * 3600, 86_399])
