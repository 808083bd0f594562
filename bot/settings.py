"""The environment (and `.env`) as one frozen record. Read by wiring and cli alone; a wrong value stops the start.

Every name has the prefix CAUNOI_. The README lists them; design of the service: an unset OPERATOR is a trial.
"""

import os
import re
from datetime import time
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AwareDatetime, Field, HttpUrl, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

import bot
from bot.core.errors import SettingsError

PREFIX: Final = "CAUNOI_"
CONTENT: Final = Path(bot.__file__).resolve().parents[1] / "content"

# Settings of parts that are decided and not built yet: named at start, not refused.
NOT_USED_YET: Final = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "TEST_DATABASE_URL",
    )
)  # fmt: skip

Days = Annotated[int, Field(ge=1, le=3660)]


class Settings(BaseSettings):
    """All settings. Lengths of time named RETAIN_… are days."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = "sqlite+aiosqlite:///./caunoi.db"
    secret_key: Annotated[tuple[str, ...], NoDecode] = ()
    content: Path = CONTENT
    public_url: HttpUrl | None = None
    operator: str = ""
    privacy_contact: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    demo: bool = False
    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    telegram_webhook_url: HttpUrl | None = None  # None: polling
    telegram_webhook_secret: SecretStr | None = None  # None: derived from SECRET_KEY
    telegram_rate: float = Field(default=28, gt=0, le=100_000)  # messages a second
    next_step_hours: int = Field(default=8, ge=1, le=200)  # working hours a lead may lie before the supervisor sees it
    campaigns_per_day: int = Field(default=1, ge=1, le=10)  # announcements to one person at most
    campaigns_per_week: int = Field(default=3, ge=1, le=70)
    quiet_hours: str = "20:00-08:00"  # no announcement leaves then, but an emergency; "" = none
    retain_event_ids: Days = 7
    retain_conversation: Days = 30
    retain_handover: Days = 30
    retain_question_text: Days = 365
    retain_slip: Days = 30
    retain_delivery: Days = 365  # who got a campaign, after its end
    retain_audit: Days = 730
    retain_lead: Days = 365
    retain_backup: Days = 365  # how old the oldest backup may get; what must outlive backups is kept as long
    test_clock: AwareDatetime | None = None
    test_die_at: int | None = Field(default=None, ge=1)
    test_address_gap: float | None = Field(default=None, ge=0)  # seconds between two messages to one address
    test_web_rate: float | None = Field(default=None, gt=0)  # messages a minute of one web conversation

    @field_validator("secret_key", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A list is written with commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {name!r}; for example Asia/Ho_Chi_Minh") from None
        return name

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return url

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, hours: str) -> str:
        try:
            quiet_of(hours)
        except ValueError:
            raise ValueError("must be two times, such as 20:00-08:00, or nothing") from None
        return hours

    @field_validator("content")
    @classmethod
    def _folder(cls, folder: Path) -> Path:
        if not (folder / "topics").is_dir():
            raise ValueError(f"{folder} is no content folder: it has no topics/ in it")
        return folder.resolve()

    @field_validator("telegram_token")
    @classmethod
    def _shaped_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise ValueError("is no token of @BotFather: digits, a colon, letters")
        return token

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _sayable(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise ValueError("must be 1 to 256 of A-Z a-z 0-9 _ -")
        return secret

    @model_validator(mode="after")
    def _no_tests_in_service(self) -> "Settings":
        tests = ("test_clock", "test_die_at", "test_address_gap", "test_web_rate")
        given = [f"{PREFIX}{name.upper()}" for name in tests if getattr(self, name) is not None]
        if self.operator and given:
            raise ValueError(f"{', '.join(given)} is for tests: it is refused when CAUNOI_OPERATOR is set")
        return self

    @property
    def quiet(self) -> tuple[time, time] | None:
        return quiet_of(self.quiet_hours)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def database_file(self) -> Path | None:
        """The SQLite file, absolute; None for a server or a database in memory."""
        path = self.database_url.partition(":///")[2].partition("?")[0]
        return Path(path).resolve() if self.database_url.startswith("sqlite") and path else None

    def erasure_list(self) -> Path | None:
        """Where erasures are listed: beside the database, or in this folder for a server; None in memory."""
        file = self.database_file()
        if file is not None:
            return file.with_name(f"{file.name}.erased")
        return None if self.database_url.startswith("sqlite") else Path("caunoi.erased").resolve()

    def place_file(self) -> Path | None:
        """Where a running service notes its address, for links printed meanwhile; None for a server or in memory."""
        file = self.database_file()
        return None if file is None else file.with_name(f"{file.name}.place")


def quiet_of(hours: str) -> tuple[time, time] | None:
    """Read `20:00-08:00`; None for nothing. Raises ValueError."""
    if not hours.strip():
        return None
    begin, end = (time.fromisoformat(part.strip()) for part in hours.split("-"))
    return (begin, end) if begin != end else None


def read_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`. Raises SettingsError naming every setting that is wrong."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | NOT_USED_YET
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"unknown setting {', '.join(unknown)}: see the list in README.md, or unset it")
    given = {**dotenv_values(".env"), **os.environ}
    if given.get(f"{PREFIX}QUIET_HOURS") == "":  # elsewhere nothing means the default; here it means none
        overrides = {"quiet_hours": "", **overrides}
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # values are checked by pydantic
    except ValidationError as error:
        raise SettingsError("; ".join(_named(each) for each in error.errors())) from None


def unused_settings() -> list[str]:
    """Names that are set but belong to parts that are not built yet."""
    return sorted(NOT_USED_YET & set(os.environ))


def _named(problem: object) -> str:
    assert isinstance(problem, dict)
    place = ".".join(str(part) for part in problem["loc"])
    reason = str(problem["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{place.upper()}: {reason}" if place else reason
