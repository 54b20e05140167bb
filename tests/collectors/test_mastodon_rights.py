"""Authors on Mastodon who do not want to be kept, or not to be shown by name."""

import json
from datetime import timedelta
from typing import Any

import pytest

from collectors.mastodon.sight import Options, Sight
from groundswell.post import Post, Rejected
from groundswell.query import parse
from tests.collectors.asks import SINCE, pages_of, posts_of
from tests.collectors.mastodon_desk import collector, read_one, wanted
from tests.collectors.sites.mastodon import MastodonSite, account, status

REFUSALS = [
    ({"noindex": True}, "noindex"),
    ({"note": "<p>Hi <a href='x'>#<span>nobot</span></a></p>"}, "nobot"),
    ({"note": "no thanks #NoBots"}, "nobot"),
    ({"note": "#noarchive"}, "noarchive"),
    ({"display_name": "Sample #nobot"}, "nobot"),
    ({"fields": [{"name": "Search", "value": "#noindex please"}]}, "noindex"),
]


def withheld(**more: Any) -> Post:
    (found,) = read_one(**more)
    assert isinstance(found, Post)
    return found


@pytest.mark.parametrize(("profile", "reason"), REFUSALS)
def test_who_opts_out_is_counted_without_words_and_name(
    profile: dict[str, Any], reason: str
) -> None:
    """T-MAS-8: noindex and the tags in the profile drop the text."""
    found = withheld(account=account(**profile), text="Secret words", spoiler_text="Secret")
    assert found.withheld == reason
    assert (found.text, found.raw, found.url) == ("", b"", None)
    assert (found.author, found.author_id, found.author_name) == (None, None, None)
    assert (found.links, found.tags, found.mentions) == ((), (), ())
    assert found.likes == 3
    assert "Secret" not in repr(found)


@pytest.mark.parametrize(
    "profile",
    [
        {"noindex": False},
        {"noindex": None},
        {"note": "I build #nobotany gardens"},
        {"note": "nobot"},
        {"fields": "#nobot"},
        {"note": None},
    ],
)
def test_who_does_not_opt_out_is_kept(profile: dict[str, Any]) -> None:
    assert withheld(account=account(**profile)).withheld is None


@pytest.mark.parametrize("indexable", [False, None, "missing"])
def test_who_is_not_indexable_is_read_and_labelled(indexable: Any) -> None:
    """T-MAS-8, FEP-5feb: absent is no. The words count; the name is not to be shown."""
    own = account(indexable=indexable)
    if indexable == "missing":
        del own["indexable"]
    found = withheld(account=own)
    assert (found.withheld, found.text) == (None, "OpenAI")
    assert found.labels == ("not-indexable",)


def test_a_topic_may_take_the_words_of_indexable_authors_only() -> None:
    strict = Sight(options=Options(indexable_only=True))
    (found,) = read_one(sight=strict, account=account(indexable=False))
    assert isinstance(found, Post)
    assert (found.withheld, found.text, found.author) == ("not-indexable", "", None)


def test_bots_and_sensitive_posts_are_labelled() -> None:
    found = withheld(account=account(bot=True), sensitive=True)
    assert found.labels == ("bot", "sensitive")


def test_the_words_of_a_quoted_author_who_opted_out_are_not_kept() -> None:
    inner = status(SINCE, "Secret words", account=account(note="#nobot"))
    found = withheld(quote={"state": "accepted", "quoted_status": inner})
    assert (found.quote_of, found.quoted_text) == (inner["uri"], None)
    assert b"Secret" not in found.raw
    assert json.loads(found.raw)["quote"] == {"uri": inner["uri"], "withheld": "nobot"}


def test_an_unreadable_post_of_who_opted_out_leaves_no_words_in_quarantine() -> None:
    (refused,) = read_one(account=account(note="#nobot"), created_at=None, text="Secret words")
    assert isinstance(refused, Rejected)
    assert b"Secret" not in refused.raw


def test_a_withheld_post_counts_only_if_it_fits_the_query() -> None:
    """A tag is wider than the query, and of a withheld post nobody could tell later."""
    sight = Sight(query=parse("openai AND deepseek"))
    author = account(note="#nobot")
    assert read_one(sight=sight, account=author, text="OpenAI alone") == []
    assert len(read_one(sight=sight, account=author, text="OpenAI and DeepSeek")) == 1


async def test_a_run_counts_who_opted_out_by_instance() -> None:
    site = MastodonSite()
    hour = timedelta(hours=1)
    refusing = account(note="#nobot")
    site.publish(2, start=SINCE + hour, step=hour, text="DeepSeek", account=refusing)
    site.publish(2, start=SINCE + 3 * hour, step=hour, text="Apples", account=account(noindex=True))
    with site.serving():
        pages = await pages_of(collector(), wanted(site, query="deepseek"))
    found = posts_of(collector(), pages)
    assert [(post.withheld, post.instance) for post in found] == [("nobot", site.web.url)] * 2
