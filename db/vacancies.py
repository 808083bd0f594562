"""Vacancies: what employers offer, open until the day of their deadline or until staff take them down."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.core.vacancies import KeptVacancy, Vacancy
from db.tables import vacancies

_FIELDS: Final = tuple(field.name for field in fields(Vacancy))
_KEPT: Final = sa.select(vacancies).order_by(vacancies.c.deadline, vacancies.c.id)


def add(tx: sa.Connection, vacancy: Vacancy, now: datetime) -> int:
    """Keep a vacancy; return its number."""
    row = {**asdict(vacancy), "changed_at": now}
    number: int = tx.execute(sa.insert(vacancies).values(row).returning(vacancies.c.id)).scalar_one()
    return number


def save(tx: sa.Connection, number: int, vacancy: Vacancy, now: datetime) -> None:
    """Put what is known now in the place of what was; one that had been taken down is open again."""
    change = {**asdict(vacancy), "ended_at": None, "changed_at": now}
    tx.execute(sa.update(vacancies).where(vacancies.c.id == number).values(change))


def end(tx: sa.Connection, numbers: Collection[int], now: datetime) -> None:
    """Take down those of these that are not taken down."""
    which = sa.and_(vacancies.c.id.in_(numbers), vacancies.c.ended_at.is_(None))
    tx.execute(sa.update(vacancies).where(which).values(ended_at=now, changed_at=now))


def find(tx: sa.Connection, number: int) -> KeptVacancy | None:
    return next(iter(_many(tx, _KEPT.where(vacancies.c.id == number))), None)


def every(tx: sa.Connection) -> list[KeptVacancy]:
    """All that are kept, the one that ends first coming first."""
    return _many(tx, _KEPT)


def open_on(tx: sa.Connection, day: date) -> list[KeptVacancy]:
    """Those that may be shown on a day, the one that ends first coming first."""
    return _many(tx, _KEPT.where(vacancies.c.ended_at.is_(None), vacancies.c.deadline >= day))


def forget(tx: sa.Connection, day: date) -> int:
    """Delete those whose deadline was before `day`; return how many."""
    return tx.execute(sa.delete(vacancies).where(vacancies.c.deadline < day)).rowcount


def _many(tx: sa.Connection, wanted: sa.Select[Any]) -> list[KeptVacancy]:
    return [_kept(row._mapping) for row in tx.execute(wanted)]


def _kept(told: Any) -> KeptVacancy:
    vacancy = Vacancy(**{name: told[name] for name in _FIELDS})
    return KeptVacancy(told["id"], vacancy, told["ended_at"], told["changed_at"])
