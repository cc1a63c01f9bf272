"""`overlap: replace` beside `same` cancels the task of every other key as well.

`same` keys the tasks: one a test, one a meeting, one a lesson. `replace` cancels whatever is open of the step, so that
the second test takes the duty of the first away. An event with a key seen before moves its own task without it.

Wrong:
    kind: process
    id: tests
    subject: class
    events:
      announced: {fields: {test: {type: text}, held_at: {type: moment, required: true}}}
      held: {fields: {test: {type: text}}}
    steps:
      hold:
        role: learning_manager
        opens: {each: announced, same: test}
        overlap: replace
        due: held_at
        done: {by: held, same: test}

Right:
    kind: process
    id: tests
    subject: class
    events:
      announced: {fields: {test: {type: text}, held_at: {type: moment, required: true}}}
      held: {fields: {test: {type: text}}}
    steps:
      hold:
        role: learning_manager
        opens: {each: announced, same: test}
        due: held_at
        done: {by: held, same: test}
"""

from collections.abc import Iterator

from engine.checks.walk import places
from engine.model import Definitions
from engine.problems import Problem

CODE = "replace-beside-same"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Warn of each opening with `same` in a step whose next task replaces an open one."""
    for place in places(definitions):
        if place.step.overlap != "replace":
            continue
        for opening in place.step.opens:
            if opening.same is not None:
                step = place.step.name
                message = f'with "overlap: replace" a task of "{step}" cancels those of another "{opening.same}" too'
                hint = 'leave "overlap" out: the same key again moves its own task (beside a rhythm: "overlap: keep")'
                yield Problem(opening.same.span, CODE, message, hint=hint, severity="warning")
