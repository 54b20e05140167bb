"""The invented day that the stream is timed on is read alike by the SDK's client and by ours."""

from collections import Counter
from datetime import UTC, datetime

from bench._network import AT, frames, told_at
from bench.stream import Sdk, decoding
from collectors.jetstream.events import Event, microseconds, read_event
from collectors.jetstream.glance import reader
from groundswell.query import parse


def test_a_day_is_mixed_as_is_said_and_the_same_each_time() -> None:
    made = frames(2_000)
    kinds = Counter(read_event(frame).body.get("operation", "other") for frame in made)
    assert 0.75 < kinds["create"] / 2_000 < 0.85
    assert 0.15 < kinds["delete"] / 2_000 < 0.21
    assert made == frames(2_000)
    assert 500 < sum(map(len, made)) / 2_000 < 1_500


def test_the_baseline_reads_the_same_events_into_its_models() -> None:
    client = Sdk()
    for frame in frames(300):
        event, message = read_event(frame), client.read(frame)
        assert message is not None
        assert str(getattr(message, "did", "")) == event.did
        if event.body.get("operation") == "create":
            record = getattr(message, "record", None)
            assert type(record).__module__ == "atproto_client.models.app.bsky.feed.post"


def test_every_frame_gets_its_time() -> None:
    at = datetime(2025, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    for frame in frames(50):
        moved = told_at(frame, at)
        assert AT not in moved
        assert read_event(moved).us == microseconds("2025-02-03T04:05:06.000789Z")


def test_most_of_a_day_is_passed_by() -> None:
    read = reader([parse("openai AND deepseek")], is_v1=False)
    seen = read(frames(1_000))
    passed = sum(not isinstance(one, Event) for one in seen)
    assert 0.7 < passed / 1_000 < 0.85


def test_speed_and_ratio_are_of_the_same_run() -> None:
    speed, ratio = decoding(500)
    assert speed.value == ratio.value
    assert ratio.baseline is not None
