"""No secret leaves: not in addresses, messages or log lines."""

import logging

import pytest

from collectors._redact import Discreet, guard_logs, redact

CANARY = "canary-Zx9/8+7"


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.org/feed?key=s3cr3tvalue&q=openai",
        "https://www.example.org/feed?feed=s3cr3tvalue",
        "https://www.example.org/feed?access_token=s3cr3tvalue#top",
        "https://www.example.org/feed?x-api-key=s3cr3tvalue",
        "https://sample-user:s3cr3tvalue@www.example.org/feed",
        "Authorization: Bearer s3cr3tvalue",
        "authorization: basic s3cr3tvalue",
        '{"accessJwt": "s3cr3tvalue"}',
        '{"password":"s3cr3tvalue"}',
    ],
)
def test_what_looks_like_a_secret_is_cut(text: str) -> None:
    assert "s3cr3tvalue" not in redact(text)


def test_session_tokens_are_cut_wherever_they_stand() -> None:
    assert redact("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.abcdef back") == "got *** back"


@pytest.mark.parametrize(
    "text",
    [
        "https://hn.algolia.com/api/v1/search_by_date?query=openai&keyword=token&hitsPerPage=1000",
        "https://example.org/monkey=1?page=2&author=sample-user-17",
        "a basic idea; the bearer of news",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


def test_known_secrets_are_cut_in_every_spelling() -> None:
    said = redact(f"{CANARY} canary-Zx9%2F8%2B7 canary-Zx9/8+7", {CANARY})
    assert "Zx9" not in said


def test_a_hostile_text_does_not_hang_the_patterns() -> None:
    hostile = "a_" * 200_000 + "https://" * 1000 + "@" * 1000
    assert redact(hostile) == hostile  # in quadratic time this test would run into its limit


def test_line_is_one_printable_line() -> None:
    line = Discreet({CANARY}).line(f"a\n\x00b \u202e{CANARY}" + "x" * 500)
    assert line.startswith("a b *** ".rstrip())
    assert len(line) == 200
    assert line.isprintable()


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "collectors._http"])
def test_log_lines_are_cut_for_every_handler(name: str, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger(name)
    guard_logs({CANARY})
    with caplog.at_level(logging.DEBUG):
        logger.info("GET %s", f"https://x.example/?key={CANARY}")
    assert "Zx9" not in caplog.text
    assert "x.example" in caplog.text


def test_guarding_twice_adds_one_filter() -> None:
    guard_logs(())
    before = len(logging.getLogger("httpx").filters)
    guard_logs(())
    assert len(logging.getLogger("httpx").filters) == before
