"""What all tests share: a home that is not the user's, and Hypothesis without a clock."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Set before any test module makes its settings: what nobody gives a home must not land in the
# user's own.
HOME = Path(tempfile.mkdtemp(prefix="groundswell-tests-"))
os.environ["GROUNDSWELL_HOME"] = str(HOME)

# The same examples in every run: a change is judged by what it changes. New ones are looked for
# with `pytest --hypothesis-profile=explore`.
at_ease = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", at_ease)
settings.register_profile("busy", at_ease, derandomize=True)
settings.load_profile("busy")


@pytest.fixture(autouse=True)
def empty_home() -> Iterator[None]:
    """Leaves nothing of one test (a host that failed, say) to the next."""
    yield
    for left in HOME.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def pytest_unconfigure() -> None:
    """Takes the shared home away at the end."""
    shutil.rmtree(HOME, ignore_errors=True)
