"""Fifty texts of our own with the answers of the shipped model, and the writer of that table.

After training anew: ``python -m tests.groundswell.scoring.lite.golden_texts``.
"""

import json
from pathlib import Path
from typing import TypeAlias

from groundswell.scoring.lite import read
from groundswell.scoring.lite.model import load

Row: TypeAlias = tuple[str, str | None, dict[str, float]]

TABLE = Path(__file__).with_name("golden.json")

MESSAGES = (
    "What a lovely morning, thank you all for the kind words",
    "This is the worst update I have ever installed",
    "The meeting starts at ten in room four",
    "I love it when my train is cancelled for the third time this week",
    "so happy right now 😂❤️",
    "Everything is broken and nobody answers the phone",
    "Does anyone know when the library opens?",
    "not bad at all, I would buy it again",
    "I can't say I enjoyed the show",
    "meh",
    "GREAT!!! Exactly what we needed!!!",
    "My grandmother died last night.",
    "@sample-user-17 thanks for nothing",
    "New release: version 2.4 is out, notes at https://example.org/notes",
    "They promised the moon and delivered a stone",
    "Could be worse",
    "😡😡😡 never again",
    "Proud of my team today #winning",
    "The price went from 4 to 5 euros in March",
    "Oh brilliant, another password to remember",
)
TARGETS = (
    ("Acme makes the best kettles in the country", "Acme"),
    ("Acme is a disgrace and should be closed", "Acme"),
    ("Acme opens a shop in Lund on Friday", "Acme"),
    ("Acme sues Borealis over a patent", "Acme"),
    ("Acme sues Borealis over a patent", "Borealis"),
    ("I moved from Acme to Borealis and life is good", "Acme"),
    ("I moved from Acme to Borealis and life is good", "Borealis"),
    ("Borealis is honest, Acme is not", "Acme"),
    ("Borealis is honest, Acme is not", "Borealis"),
    ("Never again, Acme", "Acme"),
    ("#Acme 🔥🔥🔥", "Acme"),
    ("@acme your support is useless", "Acme"),
    ("Thank you @acme for fixing this within the hour", "Acme"),
    ("A spokeswoman for Acme said the plant was safe", "Acme"),
    ("Acme steals from its own workers", "Acme"),
    ("They steal from their own workers", "Acme"),
    ("Fine people, good pay, would work there again", "Acme"),
    ("Acme denies that it polluted the lake", "Acme"),
    ("Is Acme open on Sundays?", "Acme"),
    ("Acme of all firms lectures Borealis about honesty", "Acme"),
    ("Acme of all firms lectures Borealis about honesty", "Borealis"),
    ("Nothing against Acme, but the tram was late", "Acme"),
    ("The critics of Acme are plain wrong", "Acme"),
    ("Acme shares fall after the report", "Acme"),
    ("Both Acme and Borealis deserve to fail", "Acme"),
    ("Both Acme and Borealis deserve to fail", "Borealis"),
    ("Wind turbines are ugly and loud", "Wind power should be subsidised"),
    ("Wind power creates many good jobs", "Wind power should be subsidised"),
    ("School uniforms make bullying less likely", "school uniforms"),
    ("A ban would only make the black market grow", "Cigarettes should be banned"),
)


def asked() -> list[tuple[str, str | None]]:
    """The texts, each with its target or None."""
    return [(text, None) for text in MESSAGES] + list(TARGETS)


def table() -> list[Row]:
    """Text, target and probabilities (and irony) as the shipped model gives them here."""
    pairs = asked()
    found = read([text for text, _ in pairs], [target for _, target in pairs])
    rows = []
    for (text, target), one in zip(pairs, found, strict=True):
        shares = {name: round(share, 3) for name, share in one.probabilities.items()}
        if one.irony is not None:
            shares["irony"] = round(one.irony, 3)
        rows.append((text, target, shares))
    return rows


def main() -> None:
    """Writes the table beside this file."""
    written = {"version": load().version, "rows": table()}
    TABLE.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
