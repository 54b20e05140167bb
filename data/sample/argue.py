"""Finds the narratives of the sample with the model in data/models, once, as ``read.py`` reads it.

Run it after ``read.py``: ``python data/sample/argue.py``.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from groundswell import home_arguments
from groundswell.commands import narrate
from groundswell.commands.sample import SLUG, load_sample
from groundswell.scoring.narratives import find, prepared
from groundswell.settings import load
from groundswell.topic import find as find_topic

FILE = Path(__file__).resolve().parent / "narratives.json.gz"


def main(file: Path = FILE) -> None:
    """Writes the narratives about all targets of the sample to ``file``."""
    with TemporaryDirectory() as folder:
        settings = load(Path(folder))
        load_sample(settings)
        story, by, found = find_topic(settings.home, SLUG), narrate.reader(), {}
        for target in story.targets:
            posts = home_arguments.narrative_material(
                settings, SLUG, target.name, narrate.MOST_POSTS
            )["posts"]
            sides, seed = narrate.sides_of(posts), narrate.seed_of(SLUG, target.name)
            told = find(sides, [], encode=by.encode, seed=seed, targets=narrate.names_of(story))
            found[prepared.digest(sides, seed)] = sides, told
    prepared.write(file, found)


if __name__ == "__main__":
    main()
