"""Settings: what is odd stops the start and is named; secrets are not shown."""

from datetime import time
from pathlib import Path

import pytest

from bot.core.errors import SettingsError
from bot.settings import Settings, read_settings, unused_settings

TOKEN = "42:AAbb-cc_dd"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)  # no .env here
    return monkeypatch


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"CAUNOI_{name}", value)
    return read_settings()


def test_without_settings_it_is_a_trial_on_one_file(tmp_path: Path) -> None:
    settings = read_settings()

    assert (settings.operator, settings.telegram_token, settings.telegram_rate) == ("", None, 28)
    assert settings.database_file() == tmp_path / "caunoi.db"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DATABASE_URL", "mysql://x", "must begin with sqlite"),
        ("TIMEZONE", "Asia/Saigonn", "Asia/Ho_Chi_Minh"),
        ("CONTENT", "/nowhere", "no content folder"),
        ("TELEGRAM_TOKEN", "geheim", "no token of @BotFather"),
        ("TELEGRAM_API_URL", "telegram", "URL"),
        ("TELEGRAM_WEBHOOK_URL", "no url", "URL"),
        ("TELEGRAM_WEBHOOK_SECRET", "mật khẩu", "A-Z a-z 0-9 _ -"),
        ("TELEGRAM_RATE", "0", "greater than 0"),
        ("RETAIN_CONVERSATION", "0", "greater than or equal to 1"),
        ("TEST_CLOCK", "2026-12-31T23:59:30", "timezone"),
        ("TELEGRAM_TOKN", TOKEN, "unknown setting CAUNOI_TELEGRAM_TOKN"),
    ],
)
def test_an_odd_setting_is_named_with_what_it_should_be(
    bare: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        read(bare, **{name: value})

    assert f"CAUNOI_{name}" in str(refused.value)
    assert told in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_all_odd_settings_are_named_at_once(bare: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"(?s)TIMEZONE.*TELEGRAM_RATE|TELEGRAM_RATE.*TIMEZONE"):
        read(bare, TIMEZONE="x", TELEGRAM_RATE="-1")


@pytest.mark.parametrize("name", ["TEST_CLOCK", "TEST_DIE_AT", "TEST_ADDRESS_GAP", "TEST_WEB_RATE"])
def test_what_is_for_tests_is_refused_where_an_office_runs_the_service(bare: pytest.MonkeyPatch, name: str) -> None:
    value = "2026-12-31T23:59:30+07:00" if name == "TEST_CLOCK" else "1"

    with pytest.raises(SettingsError, match=f"CAUNOI_{name} is for tests"):
        read(bare, OPERATOR="UBND", **{name: value})


def test_a_token_is_not_shown(bare: pytest.MonkeyPatch) -> None:
    settings = read(bare, TELEGRAM_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET="word")

    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


def test_what_is_decided_and_not_built_yet_is_named_and_not_refused(bare: pytest.MonkeyPatch) -> None:
    read(bare, TEST_DATABASE_URL="postgresql+asyncpg://x")

    assert unused_settings() == ["CAUNOI_TEST_DATABASE_URL"]


def test_quiet_hours_are_two_times_and_nothing_means_none(bare: pytest.MonkeyPatch) -> None:
    assert read(bare).quiet == (time(20), time(8))
    assert read(bare, QUIET_HOURS="21:30-06:00").quiet == (time(21, 30), time(6))
    assert read(bare, QUIET_HOURS="").quiet is None
    with pytest.raises(SettingsError, match="QUIET_HOURS"):
        read(bare, QUIET_HOURS="at night")
