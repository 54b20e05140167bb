"""``groundswell purge``: deletes a post, an account or a topic, and keeps it deleted."""

import click

from groundswell.commands.options import home_option, say
from groundswell.errors import HomeError, HomeIsOwned
from groundswell.settings import Settings
from groundswell.store.owner import open_briefly
from groundswell.store.purge import Wish, count
from groundswell.topic import find


@click.command()
@click.option("--uri", help="Address that identifies a post, as in posts.csv.")
@click.option("--author", help="Handle or stable id of an account.")
@click.option("--topic", help="Everything of a topic.")
@click.option("--source", help="Only of this source.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@home_option
def purge(
    uri: str | None,
    author: str | None,
    topic: str | None,
    source: str | None,
    yes: bool,
    settings: Settings,
) -> None:
    """Deletes posts from every table, file and later export, and stops their re-import.

    Example: groundswell purge --author someone.example
    """
    wish = Wish(uri=uri, author=author, topic=topic, source=source)
    try:
        with open_briefly(settings.home, settings) as visit:
            with visit.read() as cursor:
                found = count(cursor, wish)
            if topic is not None and found == 0:
                find(settings.home, topic)  # a name with a slip must not look like a deletion
            if not yes:
                click.confirm(f"Delete {found:,} posts for good?", abort=True, err=True)
            done = visit.purge(wish)
    except HomeIsOwned as error:
        raise HomeError(f"{error}. Stop it, purge, and start it again.") from error
    say(f"{done.posts:,} posts deleted. Exports made before are not called back.")
