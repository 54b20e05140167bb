"""``groundswell serve`` and ``groundswell demo``: the dashboard, and the owner of the database."""

import shutil
from pathlib import Path

import click
from platformdirs import user_data_path

from collectors.file_import import FileImport
from groundswell import home
from groundswell.commands.import_files import take
from groundswell.commands.options import home_option, say
from groundswell.resources import bundled
from groundswell.settings import Settings, load
from groundswell.topic import find

SAMPLE = "openai-deepseek-sample"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: GROUNDSWELL_PORT or 8501.")
@home_option
def serve(host: str, port: int | None, settings: Settings) -> None:
    """Serves the dashboard and owns the database while it runs.

    Example: groundswell serve --port 8600
    """
    _serve(settings, host, port)


@click.command()
@click.option("--home", "folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), help="Default: GROUNDSWELL_PORT or 8501.")
def demo(folder: Path | None, port: int | None) -> None:
    """Loads the synthetic sample into a home of its own and serves it.

    Example: groundswell demo
    """
    own = user_data_path("groundswell-demo", appauthor=False)
    settings = load(folder or own)
    load_sample(settings)
    say("These posts are synthetic: we wrote them to show the pages.")
    say("To collect the real story, without any key for Hacker News and feeds:")
    say("    groundswell collect openai-deepseek")
    say("    groundswell serve")
    _serve(settings, "127.0.0.1", port)


def load_sample(settings: Settings) -> None:
    """Takes the sample the whole way into ``settings.home``: import, score, spool, absorb."""
    target = settings.home / "topics" / f"{SAMPLE}.toml"
    with home.writable(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bundled("sample") / "topic.toml", target)
    posts = next(bundled("sample").glob("posts.*"))
    outcome = take(find(settings.home, SAMPLE), FileImport(settings, files=[posts]), settings)
    home.absorb(settings)
    say(f"{outcome.counts.posts:,} synthetic posts imported and scored into {settings.home}")


def _serve(settings: Settings, host: str, port: int | None) -> None:
    from dashboard.serve import serve as run_server  # loads Streamlit: only when it must

    run_server(settings, host=host, port=settings.port if port is None else port)
