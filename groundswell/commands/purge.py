"""``groundswell purge``: deletes a post, an account, a topic, a source or what is old, for good."""

import click

from groundswell import home
from groundswell.commands.options import home_option, say
from groundswell.home import Wish
from groundswell.run import utc_now
from groundswell.settings import Settings
from groundswell.spool import Spool
from groundswell.topic import find
from groundswell.when import parse_when


@click.command()
@click.option("--uri", help="Address that identifies a post, as in posts.csv.")
@click.option("--author", help="Handle or stable id of an account.")
@click.option("--topic", help="Everything of a topic.")
@click.option("--older-than", help="Posts from before a date, or older than an age such as 90d.")
@click.option("--source", help="Only of this source; alone: everything of it.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@home_option
def purge(
    uri: str | None,
    author: str | None,
    topic: str | None,
    older_than: str | None,
    source: str | None,
    yes: bool,
    settings: Settings,
) -> None:
    """Deletes posts from every table, file and later export, and stops their re-import.

    A topic or a source can be collected anew. A running dashboard stands still for the moment in
    which its file is written anew.

    Example: groundswell purge --author someone.example
    """
    before = parse_when(older_than, utc_now()) if older_than is not None else None
    wish = Wish(uri=uri, author=author, topic=topic, source=source, older_than=before)
    found = home.to_purge(settings, wish)
    if topic is not None and found == 0:
        find(settings.home, topic)  # a name with a slip must not look like a deletion
    if not yes:
        click.confirm(f"Delete {found:,} posts for good?", abort=True, err=True)
    gone = home.purge(settings, wish)
    say(f"{gone:,} posts deleted. Exports made before are not called back.")
    for job in _still_collecting(settings, topic):
        say(f"{job} collects {topic} anew. To end that: groundswell schedule remove {job}")
    aside = len(Spool(settings.home).aside())
    if aside:
        say(
            f"{aside:,} unreadable files in {settings.home / 'spool' / 'rejected'} could not be "
            "looked into. Delete them by hand when they may hold what was meant."
        )


def _still_collecting(settings: Settings, topic: str | None) -> list[str]:
    """Names of the jobs of ``topic``; none without a topic."""
    if topic is None:
        return []
    return [str(job["name"]) for job in home.schedule(settings)["jobs"] if job["topic"] == topic]
