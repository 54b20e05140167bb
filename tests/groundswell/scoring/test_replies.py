"""A reply that names nobody is read as spoken to whom it answers."""

import pytest

from groundswell.scoring.lite import available, read
from groundswell.scoring.mentions import mentions
from groundswell.topic import Target
from tests.builders import make_post

OPENAI = Target(name="OpenAI")
PARENT = "OpenAI says that its model was copied"
REPLIES = {
    "against": [
        "they are thieves",
        "They are thieves.",
        "what a bunch of crooks",
        "so they can steal but nobody else can?",
        "they deserve it",
        "couldn't happen to nicer people /s",
        "I have cancelled my subscription",
        "they have no shame at all",
        "never trusting them again",
        "it is a scam",
        "hypocrites",
        "disgusting behaviour from them",
    ],
    "favor": [
        "they are doing great work, honestly",
        "good for them",
        "best tool I have ever used",
        "I love it",
        "they did nothing wrong",
        "their model is a marvel",
        "congrats to the whole team!",
    ],
    "none": [
        "Any source for that?",
        "when was this?",
        "Here is the paper: https://paper.example/1",
        "The hearing is on Tuesday",
        "does it work offline?",
    ],
}
ASKED = [(text, stance) for stance, texts in REPLIES.items() for text in texts]
RIGHT_AT_LEAST = 20  # of 24; 21 where the model was made. This only ever rises.


@pytest.mark.skipif(
    available().serves != "encoder", reason=f"not the whole model: {available().reason}"
)
def test_most_replies_are_read_right_and_far_more_than_as_they_stand() -> None:
    said = [mentions(make_post(text=text), [OPENAI], PARENT)[0].said for text, _ in ASKED]
    found, missed = right(said)
    assert found >= RIGHT_AT_LEAST, missed
    as_they_stand, _ = right([text for text, _ in ASKED])
    assert found >= as_they_stand + 10


def right(said: list[str]) -> tuple[int, list[str]]:
    """How many are read right, and which are not."""
    answers = read(said, [OPENAI.name] * len(said))
    missed = [
        text
        for (text, stance), answer in zip(ASKED, answers, strict=True)
        if answer.label != stance
    ]
    return len(said) - len(missed), missed
