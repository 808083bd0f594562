"""Spreadsheets from the command line: with the roles of the member who is named, never over a file that is there."""

import stat
from pathlib import Path

import pytest

from bot.core.errors import BotError
from bot.core.staff import Role
from bot.files import export_leads, import_vacancies
from bot.services.access import NotAllowed
from bot.settings import Settings
from tests.console.console_stand import ConsoleStand, open_stand
from tests.console.test_leads import counsellor, register
from tests.console.test_vacancies import ROW, file_of, kept


def settings_for(stand: ConsoleStand) -> Settings:
    """Of the stand's own database and key."""
    key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    return Settings(_env_file=None, database_url=stand.url, secret_key=(key,))  # type: ignore[call-arg]


async def test_job_seekers_are_written_to_a_new_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    stand = await open_stand(tmp_path)
    await counsellor(stand)
    await register(stand)
    file = tmp_path / "leads.xlsx"

    assert await export_leads(settings_for(stand), file, "Lan") == 1

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.deed for entry in await stand.audit("exported")] == ["exported"]
    with pytest.raises(BotError, match="not there yet"):
        await export_leads(settings_for(stand), file, "Lan")


async def test_who_is_unknown_or_may_not_gets_nothing(tmp_path: Path) -> None:
    stand = await open_stand(tmp_path)
    await stand.person("Ai", Role.APPROVER)
    (tmp_path / "f.xlsx").write_bytes(file_of(ROW))

    with pytest.raises(BotError, match="Nobody of the staff is called X"):
        await export_leads(settings_for(stand), tmp_path / "new.xlsx", "X")
    with pytest.raises(NotAllowed):
        await export_leads(settings_for(stand), tmp_path / "new.xlsx", "Ai")
    with pytest.raises(NotAllowed):
        await import_vacancies(settings_for(stand), tmp_path / "f.xlsx", "Ai", is_whole=False)
    assert not (tmp_path / "new.xlsx").exists()


async def test_vacancies_are_imported_and_each_fault_is_a_line_with_its_place(tmp_path: Path) -> None:
    stand = await open_stand(tmp_path)
    await counsellor(stand)
    file = tmp_path / "f.xlsx"
    file.write_bytes(file_of(ROW, {**ROW, "title": "Bảo vệ", "phone": "x"}))

    result, faults = await import_vacancies(settings_for(stand), file, "Lan", is_whole=False)

    assert (result.new, len(await kept(stand))) == (1, 1)
    assert faults == [f"{file}, line 3: Điện thoại: “x” is no phone number. Write one number, with its first zero."]
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(BotError, match="no spreadsheet"):
        await import_vacancies(settings_for(stand), file, "Lan", is_whole=False)
    with pytest.raises(BotError, match="cannot be read"):
        await import_vacancies(settings_for(stand), tmp_path / "none", "Lan", is_whole=False)
