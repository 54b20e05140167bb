"""What a score is: one number or label of one model for one post, and perhaps one target."""

from dataclasses import dataclass

NOT_SCORED = "not_scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """``value`` in the model's own range (VADER: -1…1), None when not scored; ``label`` its
    class in words or ``not_scored``; ``reason`` why it was not scored; ``target`` None for
    scores of the whole message. ``confidence`` 0…1, None where the model has none."""

    model: str
    version: str
    label: str
    value: float | None = None
    target: str | None = None
    confidence: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the scorers say of one post. ``lang`` is the detected language (two letters), "und"
    when unsure; ``lang_confidence`` 0…1."""

    lang: str
    lang_confidence: float
    scores: tuple[Score, ...]
