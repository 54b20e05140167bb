"""Settings from the environment and the ``.env`` of the home folder; secrets never show."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from groundswell.errors import HomeError, WrongUse
from groundswell.logs import Form
from groundswell.when import parse_age

_FIELD = re.compile(r'field "(\w+)"')  # in what pydantic-settings says; it repeats no value


def _age(value: object) -> object:
    """``30d`` or ``48h`` as typed on the command line; anything else is left to pydantic."""
    if not isinstance(value, str):
        return value
    try:
        return parse_age(value)
    except WrongUse as error:
        raise ValueError(str(error)) from error


class GuestLists(BaseSettings):
    """Who may sign in: the settings that a served home reads anew while it runs."""

    model_config = SettingsConfigDict(
        env_prefix="GROUNDSWELL_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    login_viewers: tuple[str, ...] = ()  # who may read: name@example.org, or @example.org for all
    login_labellers: tuple[str, ...] = ()  # who may also label
    login_operators: tuple[str, ...] = ()  # who may also change schedule, topics and events


class Settings(GuestLists):
    """Every setting of Groundswell. Names in the environment carry the prefix ``GROUNDSWELL_``."""

    home: Path = Field(default_factory=lambda: user_data_path("groundswell", appauthor=False))
    port: int = Field(default=8501, ge=0, le=65535)
    log: Form = "text"  # json: each event as an object a line, on stderr
    contact: str = "https://example.org/set-GROUNDSWELL_CONTACT"
    allow_private_addresses: bool = False

    login_issuer: str | None = None  # of an OpenID Connect provider; with it pages need a login
    login_client_id: str | None = None
    login_client_secret: SecretStr | None = None
    login_cookie_secret: SecretStr | None = None  # signs sessions; None: new at each start
    login_url: str | None = None  # where people find the server; None: where it listens
    login_believe_addresses: bool = False  # of a provider that does not say it verified them
    login_hours: float = Field(default=12.0, gt=0, le=720)  # then people sign in anew

    hackernews_url: str = "https://hn.algolia.com"
    hackernews_items_url: str = "https://hacker-news.firebaseio.com"
    bluesky_url: str = "https://bsky.social"
    bluesky_public_url: str = "https://api.bsky.app"
    bluesky_handle: str | None = None
    bluesky_app_password: SecretStr | None = None
    bluesky_result_ceiling: int = Field(default=10_000, ge=10)
    jetstream_url: str = "wss://jetstream.us-east.bsky.network"
    jetstream_fallback_urls: tuple[str, ...] = ("wss://jetstream.us-west.bsky.network",)
    jetstream_api_key: SecretStr | None = None
    jetstream_silence_s: float = Field(default=60.0, gt=0)  # of a connection; then a new one
    jetstream_deadline_s: float = Field(default=300.0, gt=0)  # without one; then it is trouble
    jetstream_lookback_h: float = Field(default=24.0, ge=0, le=72)  # for a topic that is new to it
    lemmy_urls: tuple[str, ...] = ("https://lemmy.world",)
    stackexchange_url: str = "https://api.stackexchange.com"
    stackexchange_key: SecretStr | None = None
    youtube_url: str = "https://www.googleapis.com"
    youtube_api_key: SecretStr | None = None
    youtube_daily_units: int = Field(default=10_000, ge=0)
    youtube_daily_searches: int = Field(default=100, ge=0)
    reddit_url: str = "https://oauth.reddit.com"
    reddit_auth_url: str = "https://www.reddit.com"
    reddit_client_id: str | None = None
    reddit_client_secret: SecretStr | None = None
    x_url: str = "https://api.x.com"
    x_bearer_token: SecretStr | None = None
    x_budget_usd: float = Field(default=0.0, ge=0)  # in all, ever; nothing is asked without one
    x_authors: bool = False  # names of authors, which cost twice what their posts do

    model: str | None = None  # of huggingface.co, or a folder; asked before ours. None: ours alone
    model_languages: tuple[str, ...] = ("en",)  # that it reads, two letters each; "*": all

    request_timeout_s: float = Field(default=60.0, gt=0)
    request_tries: int = Field(default=6, ge=1)
    request_rate_per_s: float = Field(default=2.5, gt=0)  # of one host; its own limit may be lower
    request_patience_s: float = Field(default=900.0, ge=0)
    least_free_bytes: int | None = Field(default=None, ge=0)  # None: 1 GiB or 5 % of the disk
    spool_limit_bytes: int = Field(default=2 * 1024**3, gt=0)
    job_time_limit_s: float = Field(default=3600.0, gt=0)  # of one scheduled run; the next goes on
    job_memory_bytes: int = Field(default=4 * 1024**3, gt=0)
    retention: dict[str, Annotated[timedelta, BeforeValidator(_age)]] = Field(default_factory=dict)
    memory_limit: str = "1GB"
    threads: int = Field(default=2, ge=1)


def secrets_of(settings: Settings) -> list[str]:
    """All secrets that are set, to be kept out of whatever is written."""
    values = (getattr(settings, name) for name in Settings.model_fields)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def load(home: Path | None = None) -> Settings:
    """Settings for ``home`` (``--home``), else for ``GROUNDSWELL_HOME``, else the user's own.

    Raises ``WrongUse`` naming the variable that does not fit, its value never repeated, and
    ``HomeError`` when the folder cannot be looked into.
    """
    with _told(home):
        folder = (home or Settings().home).expanduser()
    with _told(folder):
        settings = Settings(_env_file=_env_file(folder))
    return settings.model_copy(update={"home": folder})


def load_guests(home: Path) -> GuestLists:
    """Who may sign in at ``home`` by its ``.env`` as it is now, and by the environment, which comes
    first. Raises as ``load`` does, and not for what another setting lacks."""
    with _told(home):
        return GuestLists(_env_file=_env_file(home))


def _env_file(folder: Path) -> Path:
    if (folder / ".env").is_dir():
        raise WrongUse(f"{folder / '.env'} is a folder. It must be a text file of settings.")
    return folder / ".env"


@contextmanager
def _told(folder: Path | None) -> Iterator[None]:
    """Turns what can be wrong with settings into errors of ours."""
    try:
        yield
    except ValidationError as error:
        said = ", ".join(
            f"GROUNDSWELL_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()
        )
        raise WrongUse(
            f"A setting does not fit ({said}). Mend it in the environment or in .env."
        ) from None
    except SettingsError as error:
        named = _FIELD.search(str(error))
        name = f"GROUNDSWELL_{named[1].upper()}" if named else "A setting"
        raise WrongUse(
            f'{name} is no JSON. Write a list as \'["one", "two"]\', in the environment or in .env.'
        ) from None
    except UnicodeDecodeError:
        file = (folder or Path()) / ".env"
        raise WrongUse(f"{file} is not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be used ({error.strerror}). Give another folder with --home."
        ) from error
