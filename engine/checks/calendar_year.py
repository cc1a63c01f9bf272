"""A calendar reaches into a year whose public holidays nobody has listed yet.

Due moments in such a year rest on the fixed holidays and the weekly hours; they may move once the official notice is
out. A campus can list the year itself under `years`.

Wrong:
    kind: calendar
    id: standard
    week: {monday: [09:00-18:00], tuesday: [09:00-18:00]}

Right:
    kind: calendar
    id: standard
    week: {monday: [09:00-18:00], tuesday: [09:00-18:00]}
    holidays: none
"""

from collections.abc import Iterator
from datetime import date

from engine.model import Definitions
from engine.problems import Problem
from engine.text import NOWHERE

CODE = "calendar-year"


def check(definitions: Definitions, today: date) -> Iterator[Problem]:
    """Warn of this year and the next in each calendar where neither the official tables nor `years` have it."""
    from engine.calendars.calendar import Calendar

    for name, calendar in definitions.calendars.items():
        assert isinstance(calendar, Calendar)
        for year in (today.year, today.year + 1):
            if calendar.is_provisional_year(year):
                message = f'calendar "{name}" has no holidays for {year} beyond the fixed ones: no notice is known'
                hint = f"list them under years: {{{year}: {{holidays: [..], makeup_workdays: [..]}}}} once they are out"
                span = definitions.places.get(f"calendar:{name}", NOWHERE)
                yield Problem(span, CODE, message, hint=hint, severity="warning")
