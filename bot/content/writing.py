"""Writing a change into the content folder: each file whole or not at all, and tried in a copy before."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bot.content.check import check
from bot.content.edits import CHANGES, Change, changes_with, plan
from bot.content.problems import Problem
from bot.core.editing import Edit


@contextmanager
def copy_with(folder: Path, change: Change) -> Iterator[Path]:
    """A copy of the content folder in which the change is made; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="caunoi-content-") as passing:
        copy = Path(shutil.copytree(folder, Path(passing) / "content"))
        _replace(copy / change.path, change.after)
        yield copy


def problems_with(folder: Path, change: Change, day: date) -> list[Problem]:
    """What `bot check` would say of the folder with the change; takes seconds.

    Also what is wrong there already: a folder with anything wrong is not taken up as a whole.
    """
    with copy_with(folder, change) as copy:
        return [problem for problem in check(copy, day) if not problem.stale]


def write(folder: Path, edit: Edit, fingerprint: str, day: date) -> bool:
    """Make an approved change with its line in CHANGES.md. False: it would no longer be the change that was approved.

    One at a time over all processes of this machine. What was written before a crash is not written twice. Raises
    OSError where the folder cannot be written, NotThere as edits.plan.
    """
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        change = plan(folder, edit, day)
        if change is None:
            return False
        if not change.is_done:
            if change.fingerprint != fingerprint:
                return False
            _replace(folder / change.path, change.after)
        notes = folder / CHANGES
        _replace(notes, changes_with(_notes(notes), change.line))
    finally:
        os.close(held)
    return True


def patch(folder: Path, change: Change) -> str:
    """The change and its line in CHANGES.md for a folder that only others may write."""
    notes = _notes(folder / CHANGES)
    return change.patch(notes, changes_with(notes, change.line))


def _notes(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else "# What changed in the content\n"


def _replace(file: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode())
            out.flush()
            os.fsync(out.fileno())
        if file.exists():
            shutil.copymode(file, temporary)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name itself
    finally:
        os.close(folder)
