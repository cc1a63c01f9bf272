from pathlib import Path

import pytest

from engine.load.workspace import load
from engine.model import Definitions

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shipped() -> Definitions:
    return load([HERE.parents[1] / "processes"]).definitions


@pytest.fixture(scope="session")
def small() -> Definitions:
    return load([HERE / "small"]).definitions
