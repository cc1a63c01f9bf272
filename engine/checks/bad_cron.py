"""A cron line that no calendar understands.

Five parts: minute, hour, day of the month, month, weekday.

Wrong:
    kind: process
    id: reports
    subject: staff
    steps:
      friday_report:
        role: learning_manager
        opens: {cron: 0 25 * * FRI}
        due: 1 hour
        form: {report: {type: text}}

Right:
    kind: process
    id: reports
    subject: staff
    steps:
      friday_report:
        role: learning_manager
        opens: {cron: 0 17 * * FRI}
        due: 1 hour
        form: {report: {type: text}}
"""

from collections.abc import Iterator

from engine.checks.walk import places
from engine.model import Definitions
from engine.problems import Problem
from engine.text import Word

CODE = "bad-cron"

_HINT = 'five parts: minute, hour, day, month, weekday, such as "0 17 * * FRI"'


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each cron line that is not one, or whose day never comes."""
    for place in places(definitions):
        for opening in place.step.opens:
            if opening.cron is not None and (message := _fault(opening.cron)):
                yield Problem(opening.cron.span, CODE, message, hint=_HINT)


def _fault(cron: Word) -> str:
    from croniter import croniter
    from croniter.croniter import CroniterBadDateError, CroniterError

    parts = cron.split()
    if len(parts) != 5:
        return f'"{cron}" has {len(parts)} part{"" if len(parts) == 1 else "s"}; a cron line has five'
    try:
        croniter(str(cron), 0).get_next(float)
    except CroniterBadDateError:
        return f'"{cron}" names a day that never comes'
    except (CroniterError, ValueError, KeyError):
        return f'"{cron}" is no cron line'
    return ""
