"""What docs/api.md says of the public API is what it does."""

import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from dashboard.public_api import routes, tables
from dashboard.public_api.catalogue import QUESTIONS
from dashboard.public_api.parameters import FILTERS, MOST_PER_PAGE
from groundswell.cli import main

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_question_and_every_filter_is_named() -> None:
    told = set(re.findall(r"`/api/v1/\{topic\}/(\w+)`", PAGE))
    assert told == {question.name for question in QUESTIONS}
    for parameter in FILTERS:
        assert f"`{parameter.name}`" in PAGE


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{MOST_PER_PAGE} posts are a page" in PAGE
    assert f"more than {tables.MOST_ROWS:,} rows" in PAGE
    assert f"{routes.MOST_WAITING} may wait" in PAGE
    assert f"{routes.READ_LIMIT_S:.0f} s" in PAGE
    assert routes.AT_ONCE == 2


def test_its_commands_work_in_the_order_of_the_page(tmp_path: Path) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines():
        _, *words = shlex.split(line)
        assert CliRunner().invoke(main, [*words, "--home", str(tmp_path)]).exit_code == 0
