"""Samples to be labelled: right on average, reaching every stratum, the same every time."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.labels.sampling import PHASES, STRATUM, draw

T0 = datetime(2025, 1, 20, tzinfo=UTC)
SEEDS = [f"story/OpenAI/{n}" for n in range(30)]


def frame(posts: int, *, authors: int = 10**9, copies: int = 0, known: int = 0) -> pd.DataFrame:
    """``posts`` invented posts of three sources; the first ``copies`` say the same, the last
    ``known`` were drawn before. Who writes much is more often against."""
    numbers = np.arange(posts)
    dice = np.random.default_rng(7)
    author = np.minimum((dice.pareto(1.2, posts) * 3).astype(int), authors - 1)
    against = dice.random(posts) < np.where(author < 2, 0.8, 0.3)
    rest = np.where(dice.random(posts) < 0.5, "none", "favor")
    return pd.DataFrame(
        {
            "post_no": numbers + 1,
            "key": [f"post-{n}" for n in numbers],
            "source": np.array(["bluesky", "hackernews", "rss"])[dice.integers(0, 3, posts)],
            "author_no": pd.array(
                [None if n % 11 == 0 else a for n, a in enumerate(author)], "Int64"
            ),
            "group_no": pd.array([1 if n < copies else None for n in numbers], "Int64"),
            "posted_at": [T0 + timedelta(minutes=int(n)) for n in numbers],
            "predicted": np.where(against, "against", rest),
            "known": numbers >= posts - known,
        }
    )


def weights(picked: pd.DataFrame) -> pd.Series:
    return 1 / picked["inclusion"]


@pytest.mark.parametrize("copies", [0, 40])
@pytest.mark.parametrize("known", [0, 60])
def test_weights_add_up_to_all_posts_and_shares_are_right_on_average(
    copies: int, known: int
) -> None:
    posts = frame(400, copies=copies, known=known)
    is_against = posts.set_index("post_no")["predicted"] == "against"
    sums, against = [], []
    for seed in SEEDS:
        picked = draw(posts, 80, seed)
        sums.append(weights(picked).sum())
        against.append(weights(picked)[is_against[picked["post_no"]].to_numpy()].sum())
    for found, true in ((sums, len(posts)), (against, is_against.sum())):
        error = np.std(found) / len(found) ** 0.5
        assert abs(np.mean(found) - true) <= 4 * error + 1e-6


def test_each_post_is_drawn_as_often_as_its_chance_says() -> None:
    """The chance that is kept is that of the post, whoever wrote it and how much."""
    posts = frame(60, authors=12)
    drawn, stood_for = np.zeros(61), np.zeros(61)
    for number in range(120):
        picked = draw(posts, 20, str(number))
        drawn[picked["post_no"]] += 1
        stood_for[picked["post_no"]] += weights(picked)
    assert drawn[1:].min() > 0
    # On average each post stands for itself: what it stands for when drawn, as often as it is.
    mean = stood_for[1:] / 120
    assert abs(mean.mean() - 1) < 0.05
    assert np.all(np.abs(mean - 1) < 1.5)


@pytest.mark.parametrize("size", [36, 100, 400])
def test_every_stratum_is_reached(size: int) -> None:
    posts = frame(3_000)
    for seed in SEEDS[:5]:
        picked = draw(posts, size, seed)
        reached = picked.groupby(list(STRATUM)).ngroups
        assert len(picked) == size
        assert reached == PHASES * 3 * 3


def test_a_rare_stance_is_drawn_more_often_and_weighs_less() -> None:
    posts = frame(4_000)
    rare = posts["post_no"] % 50 == 0
    posts["predicted"] = np.where(rare, "against", "none")
    picked = draw(posts, 100, "s")
    against = picked["predicted"] == "against"
    assert against.sum() > 5  # 2 of 100 by share
    assert weights(picked)[against].median() < weights(picked)[~against].median()


def test_one_post_an_author_while_there_are_enough_authors() -> None:
    posts = frame(3_000)
    picked = draw(posts, 100, "s").merge(posts, on="post_no")
    assert picked["author_no"].dropna().is_unique
    few = frame(3_000, authors=5)
    few["author_no"] = few["author_no"].fillna(0)
    picked = draw(few, 100, "s").merge(few, on="post_no")
    assert len(picked) == 100
    assert picked.groupby("author_no").size().max() < 100


def test_copies_are_drawn_once_and_stand_for_all() -> None:
    posts = frame(100, copies=60)
    posts["author_no"] = pd.array([None] * 100, "Int64")
    for seed in SEEDS[:5]:
        picked = draw(posts, 41, seed)
        assert len(picked) == 41
        assert (picked["post_no"] <= 60).sum() == 1
        assert weights(picked).sum() == pytest.approx(100)
        assert weights(picked)[picked["post_no"] <= 60].tolist() == [pytest.approx(60)]


def test_known_posts_are_kept_and_stand_for_themselves_and_their_copies() -> None:
    posts = frame(100, copies=10, known=20)
    posts.loc[0, "known"] = True  # a copy of nine
    picked = draw(posts, 30, "s")
    kept = picked[picked["kept"]]
    assert sorted(kept["post_no"]) == [1, *range(81, 101)]
    assert weights(kept).sum() == 30
    assert not set(range(2, 11)) & set(picked["post_no"])
    assert (~picked["kept"]).sum() == 30


def test_all_there_are_when_more_are_asked_for() -> None:
    posts = frame(40, authors=3)
    picked = draw(posts, 500, "s")
    assert sorted(picked["post_no"]) == list(range(1, 41))
    assert weights(picked).tolist() == pytest.approx([1.0] * 40)


def test_of_nothing_comes_nothing() -> None:
    assert draw(frame(0), 10, "s").empty
    assert draw(frame(3, known=3), 10, "s")["kept"].all()


@settings(max_examples=20)
@given(
    st.integers(1, 120),
    st.integers(1, 60),
    st.integers(1, 20),
    st.integers(0, 30),
    st.integers(0, 10),
    st.text(max_size=5),
)
def test_the_order_of_the_rows_changes_nothing(
    posts: int, size: int, authors: int, copies: int, known: int, seed: str
) -> None:
    made = frame(posts, authors=authors, copies=min(copies, posts), known=min(known, posts))
    picked = draw(made, size, seed)
    again = draw(made.sample(frac=1, random_state=1), size, seed)
    pd.testing.assert_frame_equal(picked, again)
    assert picked["post_no"].is_unique
    assert picked["inclusion"].between(0, 1, inclusive="right").all()
    fresh = picked[~picked["kept"]]
    units = len(made[~made["known"]].drop_duplicates("group_no", keep="first")) + 1
    assert len(fresh) <= min(size, units + posts)
    assert sorted(picked[picked["kept"]]["post_no"]) == sorted(made[made["known"]]["post_no"])


def test_another_seed_draws_others() -> None:
    posts = frame(1_000)
    assert set(draw(posts, 50, "a")["post_no"]) != set(draw(posts, 50, "b")["post_no"])


def test_phases_have_equally_many_posts_and_follow_time() -> None:
    picked = draw(frame(900), 900, "s").merge(frame(900), on="post_no")
    assert picked.groupby("phase").size().tolist() == [300, 300, 300]
    assert picked.groupby("phase")["posted_at"].max().is_monotonic_increasing
