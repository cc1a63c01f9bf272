"""What definitions promise beyond their shape, one check a file, in the order of the docs."""

from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType

from engine.checks import (
    bad_cron,
    calendar_year,
    decision_cell,
    decision_collect,
    decision_gap,
    decision_overlap,
    decision_unreachable,
    event_other_subject,
    expression_cycle,
    expression_forbidden,
    expression_may_be_unknown,
    expression_syntax,
    expression_type,
    expression_unit,
    expression_unknown_function,
    expression_unknown_name,
    field_type,
    no_handbook,
    overlay_softer,
    parameter_order,
    parameter_value,
    replace_beside_same,
    reserved_name,
    rule_dates,
    same_without_key,
    scenario_names,
    scenario_values,
    step_cycle,
    step_without_source,
    table_names,
    table_outputs,
    two_overlays,
    unknown_calendar,
    unknown_clause,
    unknown_event,
    unknown_field,
    unknown_parameter,
    unknown_role,
    unknown_stage,
    unknown_step,
    unknown_subject,
    unused,
    waiver_expired,
)
from engine.model import Definitions
from engine.problems import Problem, in_order

CHECKS: tuple[ModuleType, ...] = (
    unknown_event,
    event_other_subject,
    unknown_step,
    unknown_role,
    unknown_subject,
    unknown_field,
    unknown_parameter,
    unknown_calendar,
    unknown_stage,
    unknown_clause,
    no_handbook,
    step_without_source,
    step_cycle,
    same_without_key,
    replace_beside_same,
    field_type,
    reserved_name,
    bad_cron,
    parameter_value,
    parameter_order,
    two_overlays,
    overlay_softer,
    expression_syntax,
    expression_forbidden,
    expression_unknown_name,
    expression_unknown_function,
    expression_type,
    expression_unit,
    expression_may_be_unknown,
    expression_cycle,
    table_names,
    table_outputs,
    rule_dates,
    decision_cell,
    decision_collect,
    decision_gap,
    decision_overlap,
    decision_unreachable,
    scenario_names,
    scenario_values,
    unused,
)
DATED: tuple[ModuleType, ...] = (waiver_expired, calendar_year)
"""Checks whose answer changes as days go by; they run only where a day is given."""


def run_checks(definitions: Definitions, today: date | None = None) -> list[Problem]:
    """Return what is wrong with definitions whose files have the right shape, sorted by place."""
    return in_order(problem for found in _results(definitions, today) for problem in found)


def _results(definitions: Definitions, today: date | None) -> Iterator[Iterator[Problem]]:
    for module in CHECKS:
        check: Callable[[Definitions], Iterator[Problem]] = module.check
        yield check(definitions)
    for module in DATED if today is not None else ():
        dated: Callable[[Definitions, date | None], Iterator[Problem]] = module.check
        yield dated(definitions, today)
