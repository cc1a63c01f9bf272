"""The school of the tests and a scope over it."""

import pytest

from tests.expr.school import Desk, School


@pytest.fixture(scope="session")
def school() -> School:
    return School()


@pytest.fixture
def desk(school: School) -> Desk:
    return Desk(school)


@pytest.fixture(scope="session")
def desk_for_all(school: School) -> Desk:
    return Desk(school)
