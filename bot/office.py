"""The console over a service, and the staff from the command line: where the console's parts meet."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from bot.console.app import create_console
from bot.console.queues import QUEUES
from bot.console.visit import PATH, Office, Options
from bot.core.conversation import looks_at, step
from bot.core.errors import BotError
from bot.core.paper import FLOW
from bot.core.staff import Member, Role
from bot.core.text import fold
from bot.core.types import Address, Language, Rendered, Reply
from bot.core.world import World
from bot.html import write
from bot.services.access import Right, may
from bot.services.approving import Approving
from bot.services.assisting import CHANNEL, Assisting
from bot.services.audits import Audits
from bot.services.bindings import Bindings
from bot.services.campaign_reports import Reports
from bot.services.comparing import Comparing
from bot.services.confirming import Confirming
from bot.services.editing import Editing
from bot.services.handovers import Handovers
from bot.services.invitations import Invitations
from bot.services.lead_asking import LeadAsking
from bot.services.lead_figures import LeadFigures
from bot.services.lead_lists import LeadLists
from bot.services.leads import Leads
from bot.services.locks import Passwords
from bot.services.matches import Matches
from bot.services.outbox import Say
from bot.services.privacy import PrivacyRequests
from bot.services.ready import ReadyReplies
from bot.services.records import EXPORTED, SHOWN, Records
from bot.services.signing_in import SignIns
from bot.services.staff import Invited, Staff, Trouble
from bot.services.talks import Talks
from bot.services.throttle import Throttle
from bot.services.unanswered import Unanswered
from bot.services.understanding import Understanding
from bot.services.vacancies import Vacancies
from bot.services.waiting import Queues
from bot.settings import Settings
from bot.shelf import Content
from bot.wiring import PLATFORMS, Service, SystemClock, make_world, models_folder, open_service, today

_REMEDIES: Final[Mapping[Trouble, str]] = {
    Trouble.NO_NAME: "A member of staff needs a name: bot staff invite NAME --role ROLE",
    Trouble.NAME_TAKEN: "{name} is there already. A new link: bot staff link NAME. Somebody else: another name.",
    Trouble.NO_ROLE: "Say what {name} may do, --role once for each: {roles}",
    Trouble.NO_COMMUNE: "A counsellor works for communes: --commune CODE, once for each: {communes}",
    Trouble.ODD_COMMUNE: "That is no commune of today. The codes are: {communes}",
    Trouble.NOT_THERE: "Nobody of the staff is called {name}.",
    Trouble.ENDED: "{name} has ended; invite them anew under another name.",
}


def make_console(service: Service) -> Any:
    """Return the console as an ASGI application."""
    database, sealed, clock, settings = service.database, service.sealed, service.clock, service.settings
    throttle, passwords = Throttle(service.keys), Passwords()
    public_url = str(settings.public_url or "")

    say = _say(service)

    def world(day: date) -> World:
        return replace(make_world(service.content, settings, day, CHANNEL), notice_shown=True, takes_leads=False)

    def render(reply: Reply, language: Language, day: date, commune: str) -> Rendered:
        return service.content.renderer.render(reply, language, day, commune)

    editing = Editing(
        database, sealed, clock, settings.content, Comparing(database), service.shelf.read_again, settings.zone
    )
    return create_console(
        Office(
            staff=make_staff(service),
            sign_ins=SignIns(database, sealed, clock, throttle, passwords),
            invitations=Invitations(database, sealed, clock, throttle, passwords),
            audits=Audits(database, clock, settings.zone),
            privacy=PrivacyRequests(database, sealed, clock),
            queues=Queues(database, clock, QUEUES),
            leads=make_leads(service),
            lead_figures=make_lead_figures(service),
            lead_lists=(lists := make_lead_lists(service)),
            matches=Matches(database, clock, settings.zone, lists, lambda: service.content.catalogue),
            vacancies=make_vacancies(service),
            catalogue=lambda: service.content.catalogue,
            form=lambda: service.content.catalogue.forms.get(FLOW),
            handovers=Handovers(database, sealed, clock, Talks(sealed, say, PLATFORMS, service.outlets)),
            ready=ReadyReplies(lambda: service.content, clock, settings.zone),
            assisting=Assisting(
                database, sealed, clock, settings.zone, step=step, looks_at=looks_at, world=world, render=render
            ),
            bindings=make_bindings(service) if settings.telegram_token else None,
            unanswered=Unanswered(database, sealed, clock, settings.zone),
            editing=editing,
            approving=Approving(database, clock, [editing, service.campaigns]),
            campaigns=service.campaigns,
            campaigning=service.campaigning,
            reports=Reports(database, clock),
            confirming=Confirming(
                editing, lambda: service.content.catalogue, lambda: service.content.renderer, clock, settings.zone
            ),
            understanding=Understanding(lambda: service.content.catalogue, lambda: service.content.ranker),
            communes=communes_of(service),
            slips=service.slips,
            write=write,
            clock=clock,
            options=Options(settings.operator, settings.demo, public_url, settings.zone),
        )
    )


def make_leads(service: Service) -> Leads:
    """Return the counsellors' work on job-seekers."""
    settings = service.settings
    return Leads(
        service.database, service.sealed, service.clock, settings.zone, _say(service), PLATFORMS, service.outlets,
        hours=lambda: service.content.catalogue.hours, patience=timedelta(hours=settings.next_step_hours),
    )  # fmt: skip


def make_lead_figures(service: Service) -> LeadFigures:
    settings = service.settings
    return LeadFigures(
        service.database, service.clock, settings.zone, lambda: service.content.catalogue.hours,
        timedelta(hours=settings.next_step_hours),
    )  # fmt: skip


def make_lead_asking(service: Service) -> LeadAsking:
    """Return what asks seekers later whether they still look for work, and whether their job lasts."""
    zone, outlets = service.settings.zone, service.outlets
    return LeadAsking(service.database, service.sealed, service.clock, zone, _say(service), PLATFORMS, outlets)


def make_lead_lists(service: Service) -> LeadLists:
    return LeadLists(service.database, service.sealed, service.clock)


def make_vacancies(service: Service) -> Vacancies:
    return Vacancies(service.database, service.clock, service.settings.zone, lambda: service.content.catalogue)


def make_bindings(service: Service) -> Bindings:
    """Return what tells staff in Telegram that something waits."""
    public_url = str(service.settings.public_url or "").rstrip("/")
    link = f"{public_url}{PATH}/handovers" if public_url else ""
    return Bindings(service.database, service.sealed, service.clock, _say(service), service.outlets, link)


def _say(service: Service) -> Say:
    def say(reply: Reply, language: Language, commune: str) -> Rendered:
        return service.content.renderer.render(reply, language, today(service), commune)

    return say


def make_staff(service: Service) -> Staff:
    return Staff(service.database, service.sealed, service.clock, communes_of(service))


async def first_link(service: Service) -> str:
    """Return the path of the first administrator's one-time link; "" where there is staff."""
    invited = await make_staff(service).first_link()
    return _path(invited) if invited else ""


async def invite(settings: Settings, name: str, roles: Sequence[Role], communes: Sequence[str]) -> str:
    """Add a member of staff; return their one-time link. Raises BotError saying what is missing."""

    async def work(staff: Staff) -> Invited | Trouble:
        return await staff.invite(None, name, roles, communes)

    return await _linked(settings, name, work)


async def link(settings: Settings, name: str) -> str:
    """Return a new one-time link for a member who lost password or phone. Raises BotError where there is none."""

    async def work(staff: Staff) -> Invited | Trouble:
        member = await staff.named(name)
        return Trouble.NOT_THERE if member is None else await staff.link(None, member.id)

    return await _linked(settings, name, work)


async def person(settings: Settings, address: str, by: str, *, export: bool = False) -> Mapping[str, Any]:
    """Return all that is kept of a person, asked for by a member of staff. Raises BotError where there is none."""
    async with _records(settings, address, by) as (records, member, wanted):
        found = await records.read(member, wanted, EXPORTED if export else SHOWN)
    if found is None:
        raise BotError(f"Nothing is kept of {address}.")
    return found


async def erase_person(settings: Settings, address: str, by: str) -> None:
    """Erase a person as they could in the chat. Raises BotError where nothing is kept of them."""
    async with _records(settings, address, by) as (records, member, wanted):
        known = await records.erase(member, wanted)
    if not known:
        raise BotError(f"Nothing is kept of {address}.")


@asynccontextmanager
async def _records(settings: Settings, address: str, by: str) -> AsyncIterator[tuple[Records, Member, Address]]:
    """Open what is kept, for a member who may answer privacy requests. Raises BotError for anybody else."""
    channel, _, chat = address.partition(":")
    if not channel or not chat:
        raise BotError(f"{address} is no address. It looks like telegram:123 or web:4f2c….")
    clock = SystemClock(settings.test_clock)
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, clock, content) as service:
        member = await make_staff(service).named(by)
        if member is None:
            raise BotError(_REMEDIES[Trouble.NOT_THERE].format(name=by))
        if not may(member, Right.ANSWER_PRIVACY):
            raise BotError(f"{by} may not do this: it is for administrators who work here.")
        records = Records(service.database, service.sealed, clock, service.people)
        yield records, member, Address(channel, chat)


async def would_sweep(settings: Settings) -> Mapping[str, int]:
    """Return how many rows of each kind have had their time; nothing is changed."""
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, SystemClock(settings.test_clock), content) as service:
        return await service.sweep.would_go()


async def sweep(settings: Settings) -> Mapping[str, int]:
    """Take away what has had its time; return how many rows of each kind."""
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, SystemClock(settings.test_clock), content) as service:
        guarded = await service.sweep.sweep_guarded()
        return {"guarded lines": guarded, **await service.sweep.sweep_old()}


async def _linked(settings: Settings, name: str, work: Callable[[Staff], Any]) -> str:
    clock = SystemClock(settings.test_clock)
    content = Content.read_at_once(settings.content, models_folder(settings))
    async with open_service(settings, clock, content) as service:
        result: Invited | Trouble = await work(make_staff(service))
        if isinstance(result, Trouble):
            communes = ", ".join(f"{code} {each}" for code, each in communes_of(service)().items())
            raise BotError(_REMEDIES[result].format(name=name, roles=", ".join(Role), communes=communes))
    return place_of_link(settings, result)


def place_of_link(settings: Settings, invited: Invited, base: str = "") -> str:
    """Return the address of a one-time link: at PUBLIC_URL, else at `base`, else where the service listens now."""
    noted = settings.place_file()
    here = noted.read_text(encoding="ascii") if noted is not None and noted.exists() else "http://127.0.0.1:8080"
    return f"{str(settings.public_url or base or here).rstrip('/')}{_path(invited)}"


def _path(invited: Invited) -> str:
    return f"{PATH}/invitation/{invited.token}"


def communes_of(service: Service) -> Callable[[], dict[str, str]]:
    """Return what gives the names of the units of today by their codes, wards first, by name."""

    def read() -> dict[str, str]:
        names = {place.new_code: f"{place.new_type} {place.new_name}" for place in service.content.catalogue.places}
        return dict(sorted(names.items(), key=lambda each: fold(each[1])))

    return read
