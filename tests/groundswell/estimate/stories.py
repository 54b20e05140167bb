"""Small stories with round numbers, for what can be worked out by hand."""

from datetime import UTC, datetime, timedelta

from groundswell.estimate import Bin, Gold

START = datetime(2025, 1, 27, tzinfo=UTC)


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def single(place: int, posts: int, hits: int) -> Bin:
    """A bin of authors of one post each."""
    return Bin(
        start=hour(place),
        posts=posts,
        hits=hits,
        authors=posts,
        hits_sq=hits,
        hits_posts=hits,
        posts_sq=posts,
    )


def grouped(place: int, sizes: list[int], hits: list[int]) -> Bin:
    """A bin of authors with these posts, of which these are hits."""
    return Bin(
        start=hour(place),
        posts=sum(sizes),
        hits=sum(hits),
        authors=len(sizes),
        hits_sq=sum(k * k for k in hits),
        hits_posts=sum(k * n for k, n in zip(hits, sizes, strict=True)),
        posts_sq=sum(n * n for n in sizes),
    )


def labelled(
    found: int, missed: int, false: int, right: int, hours: range = range(12)
) -> list[Gold]:
    """Labels with these counts, spread evenly over ``hours``: of posts with the stance ``found``
    and ``missed`` ones, of others ``false`` (taken for such) and ``right`` ones."""
    counts = ((found, True, True), (missed, True, False), (false, False, True))
    kinds = [
        (truth, predicted) for count, truth, predicted in (*counts, (right, False, False))
        for _ in range(count)
    ]  # fmt: skip
    return [
        Gold(at=hour(hours[n % len(hours)] + 0.5), truth=truth, predicted=predicted, author=n)
        for n, (truth, predicted) in enumerate(kinds)
    ]
