"""The content in use: read whole, checked whole, put in place whole. What cannot be used leaves the old one serving.

The model is trained in a process of its own. Until the first one is there, topics are found by likeness and offered,
never answered outright; after a change of content the old model goes on until the new one is made.

The rules of the days that people are told of are made ahead, in a thread: at load, after a change, and on each day
those of the next. No turn has to make them (some 6 ms a day, which would hold up everybody).
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from pathlib import Path
from typing import Final

from bot.content.check import check, load_whole
from bot.content.load import load
from bot.content.model import load_or_train, sketched_ranker, stored_ranker
from bot.content.render import Renderer
from bot.core.catalogue import Catalogue
from bot.core.eligibility.judging import judge
from bot.core.eligibility.next_fact import next_fact
from bot.core.errors import ContentError
from bot.core.interview.what_if import next_january
from bot.core.world import Ranker
from bot.services.ports import Clock

SIGN: Final = 20.0  # seconds between two signs of life
NAMED: Final = 20  # problems written to the log one by one

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """The catalogue with what is made of it."""

    catalogue: Catalogue
    renderer: Renderer
    ranker: Ranker
    is_trained: bool = True

    @classmethod
    def read(cls, folder: Path, models: Path | None) -> "Content":
        """Read the content folder and train its model if need be. Raises ContentError naming every problem."""
        catalogue = load_whole(folder)
        return cls(catalogue, Renderer(catalogue), load_or_train(catalogue, models))

    @classmethod
    def read_at_once(cls, folder: Path, models: Path | None) -> "Content":
        """Read the content folder, with a sketch of a model where none is stored. Raises ContentError."""
        catalogue = load_whole(folder)
        stored = stored_ranker(catalogue, models)
        ranker = stored or sketched_ranker(catalogue)
        return cls(catalogue, Renderer(catalogue), ranker, is_trained=stored is not None)


class Shelf:
    """Holds the content in use. A part for supervision where content may change while it serves.

    `folder` holds the content, `models` the stored models (None: nowhere); days are those of `zone`.
    """

    def __init__(self, content: Content, folder: Path, models: Path | None, clock: Clock, zone: tzinfo) -> None:
        self.content, self.trouble = content, ""
        self.alive_at = clock.now()
        self._folder, self._models, self._clock, self._zone = folder, models, clock, zone
        self._asked = asyncio.Event()
        self._warm_on: date | None = None  # the day that the rules were last made ahead on

    def read_again(self) -> None:
        """Ask for the folder to be read again (SIGHUP)."""
        self._asked.set()

    async def warm(self) -> None:
        """Make the rules of today, tomorrow and the day that "what if" looks at, once a day."""
        if (day := self._today()) != self._warm_on:
            await asyncio.to_thread(_make_rules, self.content.catalogue, day)
            self._warm_on = day

    async def run(self) -> None:
        """Train what is only sketched; then read again whenever it is asked for."""
        if not self.content.is_trained:
            await self._train()
        while True:
            await self._live()
            try:
                async with asyncio.timeout(SIGN):
                    await self._asked.wait()
            except TimeoutError:
                continue
            self._asked.clear()
            await self._replace(self._today())

    async def _live(self) -> None:
        """Give a sign of life; after midnight, make the rules of the day to come."""
        self.alive_at = self._clock.now()
        await self.warm()

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _replace(self, day: date) -> None:
        try:
            catalogue, renderer = await asyncio.to_thread(self._read, day)
        except ContentError as error:
            self.trouble = f"The changed content is not used, the old one serves. {error}".splitlines()[0]
            for line in str(error).splitlines()[:NAMED]:
                _LOG.error("content: %s", line)
            return
        stored = await asyncio.to_thread(stored_ranker, catalogue, self._models)
        self.content = Content(catalogue, renderer, stored or self.content.ranker, is_trained=stored is not None)
        self._warm_on, self.trouble = day, ""
        _LOG.info("Content %s serves.", catalogue.version)
        if stored is None:
            await self._train()

    def _read(self, day: date) -> tuple[Catalogue, Renderer]:
        """Read and check; raises ContentError with everything that is wrong on any day."""
        wrong = [problem for problem in check(self._folder, day) if not problem.stale]
        if wrong:
            raise ContentError("\n".join([f"{len(wrong)} problems (bot check):", *map(str, wrong)]))
        catalogue = load(self._folder)
        _make_rules(catalogue, day)
        return catalogue, Renderer(catalogue)

    async def _train(self) -> None:
        """Train in a process of its own, then use what it stored."""
        _LOG.info("The model is being trained; until then topics are offered.")
        with tempfile.TemporaryDirectory() as passing:
            models = self._models or Path(passing)
            training = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.content.model", str(self._folder), str(models)
            )
            try:
                await self._wait(training)
            finally:
                if training.returncode is None:
                    training.kill()
                    await training.wait()
            ranker = await asyncio.to_thread(stored_ranker, self.content.catalogue, models)
        if ranker is None:
            _LOG.error("The model could not be trained (exit code %s); the one before goes on.", training.returncode)
            return
        self.content = replace(self.content, ranker=ranker, is_trained=True)
        _LOG.info("The model is trained.")

    async def _wait(self, training: asyncio.subprocess.Process) -> None:
        while True:
            await self._live()
            try:
                async with asyncio.timeout(SIGN):
                    await training.wait()
            except TimeoutError:
                continue
            return


def _make_rules(catalogue: Catalogue, day: date) -> None:
    """Judge everything once for nobody: what core keeps of a day's rules is there then."""
    programmes, parameters = catalogue.programmes.values(), catalogue.parameters
    for each in dict.fromkeys(_days_told_of(day)):
        for programme in programmes:
            judge(programme, {}, day=each, parameters=parameters)
        next_fact(programmes, {}, day=each, parameters=parameters)


def _days_told_of(day: date) -> Iterator[date]:
    for each in (day, day + timedelta(days=1)):
        yield each
        yield next_january(each)
