"""The questions of the pages, for scripts: the pages' numbers, described, bounded, for who may."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.public_api.answering import csv_of
from dashboard.public_api.catalogue import QUESTIONS, Question
from dashboard.public_api.openapi import description
from groundswell.store import questions
from groundswell.store.filters import Filters
from groundswell.store.owner import Owner
from tests.dashboard import stories
from tests.dashboard.scripts import check, check_refusal, client_of, of_csv

pytestmark = pytest.mark.slow  # every parameter of every question

OPENAPI = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "openapi" / "3.1.json").read_text("utf-8")
)
SLUG = stories.SLUG
HOMES = ("story", "one_post", "nothing", "hostile")
NAMES = [question.name for question in QUESTIONS]
GOOD: dict[str, list[str]] = {
    "from": ["2025-01-28", "2025-01-28T00:00", "2025-01-28T01:00+01:00"],
    "to": ["2025-01-29T00:30:00Z", "2025-02-01"],
    "source": ["bluesky", "hackernews"],
    "lang": ["en", "de", "zz"],
    "sentiment": ["negative", "neutral", "positive", "not_scored"],
    "target": ["OpenAI"],
    "stance": ["against", "none", "favor", "not_scored"],
    "narrative": ["abc123"],
    "keyword": ["wonderful", "wonder*", '"great and amazing"'],
    "author": ["bluesky:bluesky-3", "bluesky:did:plc:nobody"],
    "originals": ["true", "false"],
    "bucket": ["hour", "day", "week"],
    "order": ["newest", "oldest", "loudest", "most_negative", "most_positive"],
    "page": ["1", "2", "100000"],
    "per_page": ["1", "7", "500"],
}
BAD: dict[str, list[str]] = {
    "from": ["yesterday", "", "1066-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"],
    "to": ["2025-13-01", "now"],
    "source": ["nosuch", "' OR 1=1 --", ""],
    "lang": ["english!", "", "a" * 50],
    "sentiment": ["furious", ""],
    "target": ["Nobody", ""],
    "stance": ["perhaps", ""],
    "narrative": ["../../etc", "", "x" * 65],
    "keyword": ["", "!!!", "w" * 201],
    "author": ["", "bluesky", ":", "bluesky:", ":id", f"bluesky:{'x' * 500}"],
    "originals": ["", "1", "True", "yes"],
    "bucket": ["minute", "Hour"],
    "order": ["DROP TABLE", "random()"],
    "page": ["0", "-1", "1.5", "100001", "١"],
    "per_page": ["0", "501", "1e2", "9999999999999"],
}


def with_target(name: str, value: str) -> dict[str, str]:
    """A stance or a narrative says nothing without a target."""
    return {name: value} | ({"target": "OpenAI"} if name in ("stance", "narrative") else {})


def each_parameter(values: dict[str, list[str]]) -> Iterator[Any]:
    for question in QUESTIONS:
        for parameter in question.parameters:
            for value in values[parameter.name]:
                yield pytest.param(question, parameter.name, value)


# What is described


def test_the_description_is_openapi() -> None:
    jsonschema.validate(description("1"), OPENAPI, jsonschema.Draft202012Validator)


def test_every_schema_in_it_is_one() -> None:
    for path in description("1")["paths"].values():
        for parameter in path["get"]["parameters"]:
            jsonschema.Draft202012Validator.check_schema(parameter["schema"])
        for form in path["get"]["responses"]["200"]["content"].values():
            jsonschema.Draft202012Validator.check_schema(form["schema"])


def test_a_fault_in_it_would_be_found() -> None:
    wrong = description("1")
    wrong["paths"]["/api/v1/topics"]["get"]["parameters"] = [{"name": "x", "in": "nowhere"}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, OPENAPI, jsonschema.Draft202012Validator)


async def test_every_path_that_is_described_answers(client: httpx.AsyncClient) -> None:
    told = (await client.get("/openapi.json")).json()
    assert told["openapi"] == "3.1.0"
    for path in told["paths"]:
        answer = await client.get(f"http://127.0.0.1{path.format(topic=SLUG)}")
        assert answer.status_code == 200, path


@pytest.mark.parametrize("home", HOMES, indirect=True)
@pytest.mark.parametrize("name", NAMES)
async def test_answers_are_what_is_described_and_csv_has_the_same_rows(
    home: Owner, name: str
) -> None:
    client = client_of(home)
    rows = check(await client.get(f"/{SLUG}/{name}"), name)["rows"]
    for answer in (
        await client.get(f"/{SLUG}/{name}.csv"),
        await client.get(f"/{SLUG}/{name}", headers={"accept": "text/csv"}),
    ):
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "synthetic" in answer.headers["content-disposition"]
        table = of_csv(answer.text)
        assert len(table) == len(rows)
        for cells, row in zip(table, rows, strict=True):
            assert list(cells) == list(row)
            assert not any(cell.startswith(("=", "@")) for cell in cells.values())
            for key, value in row.items():
                assert (cells[key] == "") == (value in (None, "", []))


@pytest.mark.parametrize(("question", "name", "value"), list(each_parameter(GOOD)))
async def test_every_parameter_that_is_described_works(
    client: httpx.AsyncClient, question: Question, name: str, value: str
) -> None:
    asked = with_target(name, value)
    check(await client.get(f"/{SLUG}/{question.name}", params=asked), question.name)


@pytest.mark.parametrize(("question", "name", "value"), list(each_parameter(BAD)))
async def test_a_value_that_is_none_is_refused(
    client: httpx.AsyncClient, question: Question, name: str, value: str
) -> None:
    asked = with_target(name, value)
    answer = await client.get(f"/{SLUG}/{question.name}", params=asked)
    check_refusal(answer, 400, "wrong_use")


@pytest.mark.parametrize("question", QUESTIONS)
async def test_what_is_not_described_is_refused(
    client: httpx.AsyncClient, question: Question
) -> None:
    known = {parameter.name for parameter in question.parameters}
    for name in ({"since", "limit", "callback"} | set(GOOD)) - known:
        answer = await client.get(f"/{SLUG}/{question.name}", params={name: "1"})
        check_refusal(answer, 400, "wrong_use")


@settings(max_examples=40)
@given(
    question=st.sampled_from(QUESTIONS),
    asked=st.lists(st.tuples(st.sampled_from(sorted(GOOD)), st.text(max_size=12)), max_size=4),
)
def test_whatever_is_asked_is_answered_as_described(
    story: Owner, question: Question, asked: list[tuple[str, str]]
) -> None:
    async def ask() -> httpx.Response:
        return await client_of(story).get(f"/{SLUG}/{question.name}", params=asked)  # type: ignore[arg-type]  # pairs

    answer = anyio.run(ask)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        check_refusal(answer, 400, "wrong_use")
    else:
        check(answer, question.name)


# The same numbers as the pages


@pytest.mark.parametrize(
    ("asked", "filters"),
    [
        ({}, {}),
        ({"source": "hackernews"}, {"sources": ("hackernews",)}),
        ({"lang": ["de", "en"], "sentiment": "negative"},)
        + ({"langs": ("de", "en"), "sentiments": ("negative",)},),
        ({"from": "2025-01-28", "keyword": "wonderful"},)
        + ({"since": stories.START + 24 * stories.HOUR, "keyword": "wonderful"},),
        ({"target": "OpenAI", "stance": "against"}, {"target": "OpenAI", "stances": ("against",)}),
        ({"author": "bluesky:bluesky-3"}, {"author": "bluesky:bluesky-3"}),
        ({"originals": "true", "lang": "de"}, {"originals": True, "langs": ("de",)}),
    ],
)
async def test_numbers_are_those_of_the_pages(
    story: Owner, client: httpx.AsyncClient, asked: dict[str, Any], filters: dict[str, Any]
) -> None:
    with story.read() as cursor:
        known = questions.totals(cursor, Filters(topic=SLUG, **filters))
    (totals,) = check(await client.get(f"/{SLUG}/totals", params=asked), "totals")["rows"]
    assert {name: totals[name] for name in ("posts", "authors", "negative", "not_scored")} == {
        name: getattr(known, name) for name in ("posts", "authors", "negative", "not_scored")
    }
    timeline = check(await client.get(f"/{SLUG}/timeline", params=asked), "timeline")["rows"]
    assert sum(row["posts"] or 0 for row in timeline) == known.posts
    assert sum(row["not_scored"] or 0 for row in timeline) == known.not_scored
    posts = await client.get(f"/{SLUG}/posts", params={**asked, "per_page": 500})
    listed = check(posts, "posts")
    assert (len(listed["rows"]), listed["posts"]) == (known.posts, known.posts)


async def test_pages_of_posts_hold_each_post_once(client: httpx.AsyncClient) -> None:
    seen = []
    for page in range(1, 5):
        said = check(
            await client.get(f"/{SLUG}/posts", params={"page": page, "per_page": 100}), "posts"
        )
        assert said["pages"] == 4
        seen += [row["uri"] for row in said["rows"]]
    assert (len(seen), len(set(seen))) == (336, 336)


async def test_a_night_that_was_not_read_is_null_not_zero(client: httpx.AsyncClient) -> None:
    rows = check(await client.get(f"/{SLUG}/timeline", params={"bucket": "hour"}), "timeline")
    night = [r for r in rows["rows"] if r["source"] == "bluesky" and r["read"] == "no"]
    assert len(night) == 6
    assert {row["posts"] for row in night} == {None}


async def test_stance_has_series_and_whole_towards_each_target(
    story: Owner, client: httpx.AsyncClient
) -> None:
    rows = check(await client.get(f"/{SLUG}/stance"), "stance")["rows"]
    whole, *series = rows
    with story.read() as cursor:
        known = questions.stance_totals(cursor, Filters(topic=SLUG), "OpenAI").iloc[0]
    assert (whole["bucket"], whole["bucket_start"]) == ("all", None)
    for name in ("posts", "against", "favor", "none", "not_scored"):
        assert whole[name] == known[name]
        assert sum(row[name] or 0 for row in series) == known[name]
    assert whole["share"] == pytest.approx(known["against"] / known["posts"])
    assert whole["why_no_band"]  # nobody labelled
    assert whole["corrected"] is False


async def test_topics_are_listed_and_a_broken_one_hides_no_other(
    nothing: Owner, client: httpx.AsyncClient
) -> None:
    path = nothing.home / "topics" / "broken-topic.toml"
    path.write_text("title = 3\n", encoding="utf-8")
    try:
        said = (await client_of(nothing).get("/topics")).json()
    finally:
        path.unlink()
    by_name = {row["topic"]: row for row in said["rows"]}
    assert by_name["broken-topic"]["title"] is None
    assert by_name[SLUG]["targets"] == ["OpenAI"]
    assert by_name[SLUG]["synthetic"] is True


async def test_windows_are_cut_to_the_period_and_the_source(client: httpx.AsyncClient) -> None:
    asked = {"source": "bluesky", "from": "2025-01-28T01:00", "to": "2025-01-28T05:00"}
    (row,) = check(await client.get(f"/{SLUG}/coverage", params=asked), "coverage")["rows"]
    assert (row["status"], row["reason"]) == ("gap", "the site did not answer")


def test_a_column_without_any_value_is_empty_in_csv() -> None:
    import pandas as pd

    columns = {"n": ("count", ""), "names": ("texts", ""), "said": ("text", "")}
    table = pd.DataFrame({"n": [1.0, None], "names": [["a", "b"], None], "said": ["=1", None]})
    assert csv_of(table, columns).decode() == (
        '"n","names","said"\r\n"1","a|b","\'=1"\r\n"","",""\r\n'
    )
