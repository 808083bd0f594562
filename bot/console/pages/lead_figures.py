"""The numbers of the work on job-seekers: charts with their tables, and the same to take along."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import Office, Visit
from bot.console.words import mark
from bot.core.tallies import Measure, Tallies, Tally
from bot.services.spreadsheet import Cell, Column, Sheet

HIDDEN = "< 5"


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart with its table: `labels` by key; of each series its title and its tally. The first one is drawn."""

    id: str
    title: str
    by: str
    labels: Mapping[str, str]
    series: Mapping[str, Tally]

    @property
    def most(self) -> int:
        drawn = next(iter(self.series.values()))
        return max((number or 0 for number in drawn.counts.values()), default=0)


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/leads/figures"""
    charts = await _charts(office, visit)
    return pages.page(visit, "lead_figures.html", charts=charts, hidden=HIDDEN)


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/leads/figures.xlsx"""
    say = words.translations(visit.language).gettext
    sheets = [
        Sheet(chart.title, [Column(chart.by, 30), *(Column(title, 22) for title in chart.series)],
              list(_rows(chart, say(mark("Together")))))
        for chart in await _charts(office, visit)
    ]  # fmt: skip
    return await pages.sheets("job-seekers", sheets, office.clock.now())


def _rows(chart: Chart, together: str) -> Iterator[list[Cell]]:
    for key, label in chart.labels.items():
        yield [label, *(_cell(tally.counts[key]) for tally in chart.series.values())]
    yield [together, *(_cell(tally.total) for tally in chart.series.values())]


def _cell(number: int | None) -> Cell:
    return HIDDEN if number is None else number


async def _charts(office: Office, visit: Visit) -> list[Chart]:
    communes = office.communes()
    tallies, own = await office.lead_figures.read(visit.member, communes)
    return list(_drawn(tallies, {code: communes[code] for code in own}, words.translations(visit.language).gettext))


def _drawn(tallies: Tallies, communes: Mapping[str, str], say: Callable[[str], str]) -> Iterator[Chart]:
    registered = say(words.MEASURES[Measure.REGISTERED])
    states = {state.value: say(label) for state, label in words.LEAD_STATES.items()}
    yield Chart("state", say(mark("By state")), say(mark("State")), states, {registered: tallies.by_state})
    waits = {wait.value: say(label) for wait, label in words.WAITS.items()}
    yield Chart("wait", say(mark("Until they were spoken to")), say(mark("Waited")), waits,
                {registered: tallies.by_wait})  # fmt: skip
    weeks = {week: f"{date.fromisoformat(week):%d/%m/%Y}" for week in tallies.by_week.counts}
    yield Chart("week", say(mark("By week")), say(mark("Week from")), weeks, {registered: tallies.by_week})
    months = {month: f"{date.fromisoformat(month):%m/%Y}" for month in tallies.by_month[Measure.REGISTERED].counts}
    for name, title, by, labels, measured in (
        ("month", mark("By month of registration"), mark("Month"), months, tallies.by_month),
        ("commune", mark("By commune"), mark("Commune"), communes, tallies.by_commune),
    ):
        series = {say(label): measured[measure] for measure, label in words.MEASURES.items()}
        yield Chart(name, say(title), say(by), labels, series)
