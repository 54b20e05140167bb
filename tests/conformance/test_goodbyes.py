"""Posts and accounts that go, asked of every source: what is shown then, and what may come back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collectors import SOURCES
from tests.conformance.bypassed import BYPASSED
from tests.conformance.cases import CASES
from tests.conformance.world import LATER, World

pytestmark = pytest.mark.slow


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    row = request.node.function.__name__.removeprefix("test_")
    if reason := BYPASSED.get((row, name)):
        pytest.skip(f"{name}: {reason}")
    site = tmp_path / "site"
    site.mkdir()
    with CASES[name](site) as case:
        yield World(case, tmp_path / "home")


async def looked_again(world: World) -> None:
    """All stored posts asked for twice, far enough apart to believe that one is not there."""
    for _ in range(2):
        world.pass_by(LATER + timedelta(minutes=1))
        await world.look_again()


async def test_delete_then_recreate(world: World, name: str) -> None:
    """What was deleted stays deleted, unless the site itself announces it anew; what was only not
    found is shown again once it is found."""
    assert world.case.remove is not None
    assert world.case.noted is not None
    await world.run()
    uri, text = next((uri, post["text"]) for uri, post in world.shown().items() if post["author"])
    put_back = world.case.noted()
    world.case.remove(uri)
    await looked_again(world)
    assert uri not in world.shown()
    is_deleted = uri in world.buried()
    assert is_deleted == (uri not in world.table())
    put_back(uri)
    world.pass_by(LATER)
    await world.look_again()
    world.pass_by(LATER)
    await world.run(anew=True)
    comes_back = not is_deleted or name == "jetstream"  # which announces what is new
    assert (uri in world.shown()) == comes_back
    assert not comes_back or world.shown()[uri]["text"] == text


async def test_account_deleted(world: World) -> None:
    """Nothing that is shown afterwards bears the name, whatever the site does with the posts."""
    await world.run()
    shown = {uri: post["author"] for uri, post in world.shown().items()}
    uri, author = next((uri, author) for uri, author in shown.items() if author)
    own = {one for one in shown if shown[one] == author}
    if world.case.end_account is not None:
        world.case.end_account(uri)
    else:  # its posts go with it, and nothing says why
        assert world.case.remove is not None
        for one in own:
            world.case.remove(one)
    await looked_again(world)
    assert author not in {post["author"] for post in world.shown().values()}
    assert shown.keys() - own <= world.shown().keys()
    world.pass_by(LATER)
    await world.run(anew=True)
    assert author not in {post["author"] for post in world.shown().values()}
