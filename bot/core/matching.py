"""Which vacancies fit a job-seeker, which seekers a vacancy: each pair with its reasons, for and against, in words.

A help for the counsellor, who decides. Nothing sensitive counts: neither disability nor ethnic group.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from bot.core.forms import COMMUNE, Answers
from bot.core.trades import Trades
from bot.core.vacancies import IN_PROVINCE, SCHOOLINGS, TRAININGS, Vacancy, read_pay

Thing = TypeVar("Thing")


class Point(StrEnum):
    """One reason. The weights say how much it counts; below zero: it speaks against."""

    TRADE = "trade"
    ANYTHING = "anything"  # the seeker takes any work
    COMMUNE = "commune"
    REACHABLE = "reachable"  # within the wish: in the province, elsewhere, abroad
    PAY = "pay"
    HOURS = "hours"
    PURPOSE = "purpose"
    SCHOOLING = "schooling"
    TRAINING = "training"
    FAR = "far"
    LOW_PAY = "low_pay"
    OTHER_HOURS = "other_hours"
    OTHER_PURPOSE = "other_purpose"
    MORE_SCHOOLING = "more_schooling"  # the vacancy asks for more than there is
    MORE_TRAINING = "more_training"


_P = Point
WEIGHTS: Final = {
    _P.TRADE: 6, _P.ANYTHING: 3, _P.COMMUNE: 3, _P.REACHABLE: 1, _P.PAY: 2, _P.HOURS: 1, _P.PURPOSE: 1,
    _P.SCHOOLING: 1, _P.TRAINING: 1,
    _P.FAR: -3, _P.LOW_PAY: -3, _P.OTHER_HOURS: -2, _P.OTHER_PURPOSE: -1, _P.MORE_SCHOOLING: -4, _P.MORE_TRAINING: -4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    fits: tuple[Point, ...] = ()
    speaks_against: tuple[Point, ...] = ()

    @property
    def score(self) -> int:
        return sum(WEIGHTS[point] for point in (*self.fits, *self.speaks_against))

    @property
    def counts(self) -> bool:
        """Whether it is worth showing: the work is the right one, and more speaks for it than against."""
        return bool({Point.TRADE, Point.ANYTHING} & set(self.fits)) and self.score > 0


def match(answers: Answers, vacancy: Vacancy, trades: Trades) -> Match:
    """Compare a registration with a vacancy. What either leaves open is no reason at all."""
    points = tuple(_points(answers, vacancy, trades))
    return Match(
        tuple(each for each in points if WEIGHTS[each] > 0), tuple(each for each in points if WEIGHTS[each] < 0)
    )


def best(matched: Sequence[tuple[Thing, Match]], most: int) -> tuple[tuple[Thing, Match], ...]:
    """The best of them, at most so many; among equals the order they came in."""
    worth = [each for each in matched if each[1].counts]
    return tuple(sorted(worth, key=lambda each: -each[1].score)[:most])


def _points(answers: Answers, vacancy: Vacancy, trades: Trades) -> Iterator[Point]:
    work = answers.get("work", "")
    if trades.of(work) & vacancy.trades(trades):
        yield Point.TRADE
    elif trades.is_anything(work):
        yield Point.ANYTHING
    yield from _of_place(answers, vacancy)
    yield from _of_pay(answers, vacancy)
    for name, offered, fitting, other in (
        ("hours", vacancy.hours, Point.HOURS, Point.OTHER_HOURS),
        ("purpose", vacancy.purpose, Point.PURPOSE, Point.OTHER_PURPOSE),
    ):
        wished = answers.get(name, "")
        if wished and offered:
            yield fitting if wished in (offered, "either") else other
    for name, asked, order, enough, more in (
        ("schooling", vacancy.schooling, SCHOOLINGS, Point.SCHOOLING, Point.MORE_SCHOOLING),
        ("training", vacancy.training, TRAININGS, Point.TRAINING, Point.MORE_TRAINING),
    ):
        has = answers.get(name, "")
        if has in order and asked in order and asked and has:
            yield enough if order.index(has) >= order.index(asked) else more


def _of_place(answers: Answers, vacancy: Vacancy) -> Iterator[Point]:
    commune, wish = answers.get(COMMUNE, "").partition(":")[0], answers.get("where", "")
    if vacancy.commune and vacancy.commune == commune:
        yield Point.COMMUNE
    elif wish == "near_home":
        yield Point.FAR
    elif wish:
        yield Point.REACHABLE if wish == vacancy.where else Point.FAR
    elif vacancy.where != IN_PROVINCE:
        yield Point.FAR  # nobody said that they would go so far


def _of_pay(answers: Answers, vacancy: Vacancy) -> Iterator[Point]:
    wished, offered = read_pay(answers.get("wage", "")), read_pay(vacancy.wage)
    if wished is None or offered is None:
        return
    low, high = offered.monthly
    yield Point.PAY if (high or low) >= wished.monthly[0] else Point.LOW_PAY
