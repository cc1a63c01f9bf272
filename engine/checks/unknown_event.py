"""A process names an event that nobody declared.

Nothing of that name can ever be recorded: the task would never open, or never close, and nobody would hear of it.

Wrong:
    kind: process
    id: one_on_one
    subject: student
    events: {file_accepted: {}, visit_logged: {}}
    steps:
      first_call: {role: learning_manager, opens: {on: file_acepted}, due: 1 working_day, done: visit_logged}

Right:
    kind: process
    id: one_on_one
    subject: student
    events: {file_accepted: {}, visit_logged: {}}
    steps:
      first_call: {role: learning_manager, opens: {on: file_accepted}, due: 1 working_day, done: visit_logged}
"""

from collections.abc import Iterator

from engine.checks.walk import SET, events_named
from engine.model import Definitions
from engine.problems import Problem, did_you_mean

CODE = "unknown-event"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each event named in a process that no file declares."""
    for name, process in events_named(definitions):
        if name != SET and name not in definitions.events:
            own = [SET, *(each for each, event in definitions.events.items() if event.subject == process.subject)]
            message = f'"{name}" is not an event of "{process.subject}"'
            yield Problem(name.span, CODE, message, hint=did_you_mean(name, own))
