"""The staff: the list, one member, inviting, roles, a new link, the end."""

from collections.abc import Collection, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bot.console import words
from bot.console.render import Pages
from bot.console.visit import PATH, Office, Visit
from bot.console.words import mark
from bot.core.staff import Member, Role, Standing, name_key
from bot.services.access import Right, may
from bot.services.spreadsheet import Column
from bot.services.staff import Invited, Listed, Trouble, is_expired

EXPIRED = "expired"  # a filter beside the standings: invited, and the link ran out


async def show_all(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/staff?name=…&role=…&standing=…"""
    found = await office.staff.every(visit.member)
    shown, expired = _shown(office, visit, found)
    return pages.page(
        visit, "staff.html", shown=shown, all=len(found), expired=expired, communes=office.communes(),
        name=visit.asked("name"), role=visit.asked("role"), standing=visit.asked("standing"),
    )  # fmt: skip


async def export(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/staff.xlsx?name=…&role=…&standing=…: what the list shows."""
    columns = [
        Column(mark("Name"), 30), Column(mark("Roles"), 40), Column(mark("Standing"), 26), Column(mark("Communes"), 40),
    ]  # fmt: skip
    shown, expired = _shown(office, visit, await office.staff.every(visit.member, Right.EXPORT))
    say, communes = words.translations(visit.language).gettext, office.communes()
    rows = [
        [
            each.member.name,
            ", ".join(say(label) for role, label in words.ROLES.items() if role in each.member.roles),
            say("Link ran out") if each.member.id in expired else say(words.STANDINGS[each.member.standing]),
            ", ".join(communes.get(code, code) for code in sorted(each.member.communes)),
        ]
        for each in shown
    ]
    return await pages.spreadsheet(visit, "staff", columns, rows, office.clock.now())


async def show(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/staff/ID"""
    return await _member(office, pages, visit)


async def show_invite(office: Office, pages: Pages, visit: Visit) -> Response:
    """GET /console/staff/invite"""
    return _invite(office, pages, visit)


async def invite(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/staff/invite: the answer itself shows the link, once."""
    result = await office.staff.invite(visit.member, visit.one("name"), _roles(visit), _communes(visit))
    if isinstance(result, Trouble):
        return _invite(office, pages, visit, result)
    return _link(office, pages, visit, result)


async def assign(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/staff/ID/roles"""
    number = visit.request.path_params["id"]
    trouble = await office.staff.assign(visit.member, number, _roles(visit), _communes(visit))
    return await _after(office, pages, visit, trouble)


async def link(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/staff/ID/link: the answer itself shows the new link, once."""
    result = await office.staff.link(visit.member, visit.request.path_params["id"])
    if isinstance(result, Trouble):
        return await _after(office, pages, visit, result)
    return _link(office, pages, visit, result)


async def end(office: Office, pages: Pages, visit: Visit) -> Response:
    """POST /console/staff/ID/end: only with the box ticked that says yes."""
    if visit.one("sure") != "yes":
        return RedirectResponse(f"{PATH}/staff/{visit.request.path_params['id']}", 303)
    trouble = await office.staff.end(visit.member, visit.request.path_params["id"])
    return await _after(office, pages, visit, trouble)


async def _after(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None) -> Response:
    if trouble is None:
        return RedirectResponse(f"{PATH}/staff/{visit.request.path_params['id']}", 303)
    return await _member(office, pages, visit, trouble)


async def _member(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None = None) -> Response:
    found = await office.staff.one(visit.member, visit.request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    is_changeable = may(visit.member, Right.MANAGE_STAFF) and found.id != visit.member.id
    return pages.page(
        visit, "member.html", 422 if trouble else 200, found=found, trouble=_said(trouble),
        is_changeable=is_changeable and found.standing is not Standing.ENDED, communes=office.communes(),
        roles=_roles(visit) if trouble else found.roles, chosen=_communes(visit) if trouble else found.communes,
    )  # fmt: skip


def _invite(office: Office, pages: Pages, visit: Visit, trouble: Trouble | None = None) -> Response:
    return pages.page(
        visit, "invite.html", 422 if trouble else 200, trouble=_said(trouble), communes=office.communes(),
        name=visit.one("name"), roles=_roles(visit), chosen=_communes(visit),
    )  # fmt: skip


def _link(office: Office, pages: Pages, visit: Visit, invited: Invited) -> Response:
    base = office.options.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/").removesuffix(PATH)
    place = f"{base}{PATH}/invitation/{invited.token}"
    return pages.page(visit, "link.html", invited=invited, place=place)


def _shown(office: Office, visit: Visit, found: Sequence[Listed]) -> tuple[Sequence[Listed], frozenset[int]]:
    """Return those of the list that are asked for, and the numbers of all whose link ran out."""
    now = office.clock.now()
    name, role, standing = (visit.asked(field) for field in ("name", "role", "standing"))
    expired = frozenset(each.member.id for each in found if is_expired(each, now))
    return [each for each in found if _is_wanted(each.member, name, role, standing, expired)], expired


def _is_wanted(member: Member, name: str, role: str, standing: str, expired: Collection[int]) -> bool:
    if standing == EXPIRED and member.id not in expired:
        return False
    if standing not in ("", EXPIRED) and member.standing != standing:
        return False
    return name_key(name) in name_key(member.name) and (not role or role in member.roles)


def _roles(visit: Visit) -> frozenset[Role]:
    ticked = set(visit.fields.get("role", ()))
    return frozenset(role for role in Role if role in ticked)


def _communes(visit: Visit) -> frozenset[str]:
    return frozenset(visit.fields.get("commune", ()))


def _said(trouble: Trouble | None) -> Any:
    return words.TROUBLES[trouble] if trouble else ""
