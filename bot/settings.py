"""All settings, from the environment (`KENTONGAN_…`). A wrong or missing one stops the start with one clear line."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL
from sqlalchemy.exc import ArgumentError

from bot.catalogue import languages
from bot.operator_error import OperatorError
from bot.store.database import full_url
from bot.store.keys import KeyLostError, Keys, make_key_file, read_key_file, split_keys

PREFIX = "KENTONGAN_"

Switch = Literal["auto", "on", "off"]


class WrongSettingError(OperatorError):
    """A setting is missing, wrong, or not one of ours."""


class Settings(BaseSettings):
    """Each field is the variable `KENTONGAN_<NAME>`. Times are in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", hide_input_in_errors=True, frozen=True)

    database_url: str = "sqlite:///var/kentongan.db"
    migrate: Switch = "auto"
    """Bring the database up to date at the start; `auto` does it on SQLite, which nobody else looks after."""
    var_dir: Path = Path("var")
    keys: SecretStr | None = None
    """Fernet keys, newest first, divided by commas."""
    key_file: Path | None = None
    """Where the keys are read from without `keys`: `kentongan.key` in `var_dir` unless given."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """0 takes any free one; the line at the start names it."""
    public_url: str | None = None
    """The address providers call, as configured with them: their signatures cover it."""

    metrics_token: SecretStr | None = None
    """Whoever brings it may read the figures at `/metrics`; without it only this machine may."""

    lang: str = "id"
    default_region: Annotated[str, Field(pattern=r"^\d\d\.\d\d$", examples=["64.72"])] = "64.72"
    """Kemendagri code: the softest hint to where an unplaced report belongs."""
    quiet_seconds: Annotated[float, Field(ge=0, le=60)] = 4.0
    """Messages with shorter pauses between them are one turn."""
    lease_seconds: Annotated[int, Field(ge=5, le=600)] = 90
    max_tries: Annotated[int, Field(ge=1, le=50)] = 5

    simulator: Switch = "auto"
    """`auto`: on while no real channel is set up."""
    demo_people: Switch = "auto"
    """`auto`: loaded together with the simulator."""

    telegram_token: SecretStr | None = None
    """Enough by itself: without a public address the bot asks Telegram for its messages (long polling)."""
    telegram_secret: SecretStr | None = Field(None, examples=["A-Z a-z 0-9 _ -"])
    """What Telegram puts on each webhook call; derived from the token and our keys unless given."""
    telegram_api: str | None = None
    """Another server that speaks the Bot API, such as one of our own; None: Telegram's."""
    twilio_account_sid: str | None = Field(None, pattern=r"^AC[0-9a-f]{32}$", examples=["AC" + "0" * 32])
    twilio_auth_token: SecretStr | None = None
    twilio_from: str | None = Field(None, pattern=r"^whatsapp:\+\d{8,15}$", examples=["whatsapp:+6281200000001"])
    twilio_shared_keys: SecretStr | None = None
    """`id:secret` of shared keys that sign webhooks with HMAC-SHA256, newest first, divided by commas."""
    twilio_api: str | None = None
    """Another server that speaks Twilio's API; None: Twilio's."""

    prices: Path | None = None
    """A list of prices instead of `bot/prices.toml`, for `kentongan cost`."""

    model: Path | None = None
    """A model of the reader that `kentongan retrain` wrote; None: the one that is shipped."""

    media_url: str | None = None
    """Where files are kept, as `fsspec` writes addresses; None: the folder `media` in `var_dir`."""
    link_hours: Annotated[float, Field(gt=0, le=168)] = 24.0
    """How long a private link to a file works."""
    speech_model: Path | None = None
    """Folder of a speech-to-text model on this machine; None: people listen to voice notes."""

    @field_validator("lang")
    @classmethod
    def _has_words(cls, value: str) -> str:
        if value not in languages():
            raise PydanticCustomError("literal_error", "no words", {"expected": ", ".join(languages())})
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        """Telegram takes no other characters in `secret_token`."""
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise PydanticCustomError("form", "not a webhook secret")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        self._check_database()
        self._check_channels()
        return self

    def _check_database(self) -> None:
        try:
            url = full_url(self.database_url)
        except ArgumentError:
            raise PydanticCustomError("database", "not an address") from None
        backend = url.get_backend_name()
        # A database in memory would be another one for each thread.
        if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and url.database in (None, "", ":memory:")):
            raise PydanticCustomError("database", "neither a SQLite file nor PostgreSQL")

    def _check_channels(self) -> None:
        together: tuple[dict[str, object], ...] = (
            {
                "twilio_account_sid": self.twilio_account_sid,
                "twilio_auth_token": self.twilio_auth_token,
                "twilio_from": self.twilio_from,
            },
        )
        for group in together:
            missing = [name for name, value in group.items() if value is None]
            if missing and len(missing) < len(group):
                given = next(name for name, value in group.items() if value is not None)
                raise PydanticCustomError(
                    "belongs_together", "incomplete", {"name": _variable(missing[0]), "other": _variable(given)}
                )
        if self.telegram_secret and not self.telegram_token:
            name, other = _variable("telegram_token"), _variable("telegram_secret")
            raise PydanticCustomError("belongs_together", "incomplete", {"name": name, "other": other})
        by_webhook_alone = self.twilio_account_sid is not None
        if (by_webhook_alone or self.public_url) and not (self.public_url or "").startswith("https://"):
            raise PydanticCustomError("public_url", "needed by real channels")

    @property
    def url(self) -> URL:
        return full_url(self.database_url)

    @property
    def on_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def real_channels(self) -> tuple[str, ...]:
        """Names of the channels that reach real people."""
        given = {"telegram": self.telegram_token, "whatsapp": self.twilio_account_sid}
        return tuple(name for name, value in given.items() if value)

    @property
    def telegram_by_webhook(self) -> bool:
        """Telegram calls us where we have an address; else we ask it."""
        return self.telegram_token is not None and self.public_url is not None

    @property
    def simulator_on(self) -> bool:
        return self.simulator == "on" or (self.simulator == "auto" and not self.real_channels)

    @property
    def demo_people_on(self) -> bool:
        return self.demo_people == "on" or (self.demo_people == "auto" and self.simulator_on)

    @property
    def migrates(self) -> bool:
        """Whether a start brings the database up to date by itself."""
        return self.migrate == "on" or (self.migrate == "auto" and self.on_sqlite)

    def open_keys(self) -> Keys:
        """The keys of this installation. A new SQLite database gets a new key file; nothing else ever does.

        Raises KeyLostError when a SQLite database is there without its key file, and WrongSettingError when PostgreSQL
        has no key.
        """
        if self.keys is not None:
            return Keys(split_keys(self.keys.get_secret_value()))
        path = self.key_file or self.var_dir / "kentongan.key"
        found = read_key_file(path)
        if not found and not self.on_sqlite:
            raise WrongSettingError("settings.no_key", name=_variable("keys"), file=str(path))
        if not found and Path(str(self.url.database)).exists():
            raise KeyLostError("keys.file_gone", file=str(path))
        return Keys(found or make_key_file(path))


def load_settings() -> Settings:
    """The settings of this process. Raises WrongSettingError for the first thing that is wrong."""
    _refuse_unknown()
    try:
        return Settings()
    except ValidationError as error:
        raise _explained(error.errors(include_url=False, include_input=False)[0]) from None


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _refuse_unknown() -> None:
    """A misspelt variable would otherwise be a setting that silently does nothing."""
    for name in sorted(os.environ):
        field = name.upper().removeprefix(PREFIX).lower()
        if not name.upper().startswith(PREFIX) or field in Settings.model_fields:
            continue
        likely = get_close_matches(field, Settings.model_fields, n=1)
        if likely:
            raise WrongSettingError("settings.unknown_but_like", name=name, likely=_variable(likely[0]))
        raise WrongSettingError("settings.unknown", name=name)


def _explained(detail: ErrorDetails) -> WrongSettingError:
    """One line for one problem. The value itself is never repeated: it may be a token."""
    context = detail.get("ctx", {})
    name = _variable(str(detail["loc"][0])) if detail["loc"] else ""
    match detail["type"]:
        case "database":
            return WrongSettingError("settings.database", name=_variable("database_url"))
        case "public_url":
            return WrongSettingError("settings.public_url", name=_variable("public_url"))
        case "belongs_together":
            return WrongSettingError("settings.belongs_together", name=context["name"], other=context["other"])
        case "literal_error":
            return WrongSettingError(
                "settings.one_of", name=name, allowed=str(context["expected"]).replace(" or ", ", ")
            )
        case "int_parsing" | "float_parsing" | "int_from_float":
            return WrongSettingError("settings.number", name=name)
        case "greater_than_equal":
            return WrongSettingError("settings.at_least", name=name, least=context["ge"])
        case "less_than_equal":
            return WrongSettingError("settings.at_most", name=name, most=context["le"])
    examples = Settings.model_fields[str(detail["loc"][0])].examples or ["-"]
    return WrongSettingError("settings.form", name=name, example=str(examples[0]))
