"""A sample campus of any size: its year is played by a seeded simulation and written as the files a campus exports."""

from datetime import date
from pathlib import Path
from random import Random

from engine.model import Definitions
from engine.session import Progress

#: The year of so many one-on-one students is played at once; more students are copies of it under other numbers.
PLAYED = 1_000


def generate(
    folder: Path,
    *,
    students: int = 300,
    classes: int = 25,
    class_students: int | None = None,
    staff: int = 40,
    seed: int = 1,
    until: date | None = None,
    now: int | None = None,
    definitions: Definitions | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the files of a sample campus into a folder and return them, in the order in which they can be imported.

    `students` one-on-one students, `classes` small classes with `class_students` students in all (none: 14 a class),
    `staff` members, twelve months up to the morning of the day `until` (none: today), but nothing after `now` (seconds,
    UTC). The same seed gives the same files.
    """
    from engine.demo.campus import Size, a_year
    from engine.demo.files import write_all

    copies = -(-students // PLAYED)
    members = class_students if class_students is not None else classes * 14
    size = Size(*(-(-each // copies) for each in (students, classes, members, staff)))
    last = until or date.today()  # noqa: DTZ011  the user's own day
    year = a_year(size, Random(seed), last, definitions, now=now, progress=progress)
    return write_all(folder, year.definitions, year.cases, year.events, copies)
