"""A campaign's file: read, checked, and rendered as it will be sent, through the same renderer as topics.

`title, subject, audience: {communes, classes, languages, job_seekers}, texts: {vi, en}, buttons, links, emergency,
last_day` (design section 5). Every language and every value of its placeholders is rendered: what people get is among
what was shown. What is wrong is told as `bot check` does.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from bot.content import schema
from bot.content.calls import Script, campaign_faults, placeholders_of, read_script
from bot.content.check_texts import label_problems, placed
from bot.content.problems import Problem
from bot.content.prose import bare_figures
from bot.content.reading import Reading, read_raw, read_told, text_of
from bot.content.render import Renderer
from bot.content.templates import Ready
from bot.core.campaigns import (
    HELP,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WINDOW,
    MOST_BUTTONS,
    OK,
    Audience,
    Campaign,
    Link,
    Variant,
)
from bot.core.catalogue import Catalogue
from bot.core.errors import ContentError
from bot.core.home import ELIGIBLE
from bot.core.interview.results import CLASS
from bot.core.markup import Items, Paragraph, parse, plain
from bot.core.masking import mask
from bot.core.types import Button, Language, Reply

FILE: Final = "campaign"  # its name in problems, where it came from no file
TOPIC: Final = "topic:"
_SHAPE: Final = TypeAdapter(schema.CampaignFile)
_FRAME: Final = "campaign.frame"


def read_campaign(raw: bytes, catalogue: Catalogue, name: str = FILE) -> tuple[Campaign | None, list[Problem]]:
    """Read a campaign's file. None where its shape is not right: the problems say why."""
    reading = Reading(Path())
    return _campaign(reading, read_raw(reading, name, raw, _SHAPE), catalogue, name)


def read_fields(told: Mapping[str, Any], catalogue: Catalogue) -> tuple[Campaign | None, list[Problem]]:
    """Read the same of a form's fields."""
    reading = Reading(Path())
    return _campaign(reading, read_told(reading, FILE, told, _SHAPE), catalogue, FILE)


def write_fields(campaign: Campaign) -> dict[str, Any]:
    """Return the campaign as its file says it: for the form, and to be kept."""
    audience = campaign.audience
    return {
        "title": campaign.title,
        "subject": campaign.subject,
        "audience": {
            "communes": sorted(audience.communes),
            "classes": sorted(audience.classes),
            "languages": sorted(audience.languages),
            "job_seekers": "yes" if audience.job_seekers else "no",
        },
        "texts": {language.value: text for language, text in campaign.texts.items()},
        "buttons": list(campaign.buttons),
        "links": [
            {"label": {key.value: words for key, words in link.label.items()}, "url": link.url}
            for link in campaign.links
        ],
        "emergency": "yes" if campaign.emergency else "no",
        "last_day": campaign.last_day.isoformat(),
    }


def check_campaign(campaign: Campaign, renderer: Renderer, day: date) -> list[Problem]:
    """Return what keeps this campaign from being sent on `day`, and up to its last day."""
    catalogue = renderer.catalogue
    found = [*_title(campaign), *_audience(campaign, catalogue), *_buttons(campaign, catalogue)]
    found += _links(campaign, catalogue)
    for language, text in campaign.texts.items():
        found += _source_problems(language, text, catalogue)
    if not any(problem.place.startswith("texts") for problem in found):
        found += _renderings(campaign, renderer, day)
    if not found:
        found += _window(campaign, renderer, day)
    return list(dict.fromkeys(found))


def render_variants(campaign: Campaign, code: str, renderer: Renderer, day: date) -> tuple[Variant, ...]:
    """Render every text that anybody can get, as of `day`. Raises ContentError where one cannot be rendered.

    Only for a campaign whose calls were checked (`check_campaign`).
    """
    return tuple(
        _variant(campaign, code, renderer, language, commune, day)
        for language in languages_of(campaign)
        for commune in communes_of(campaign, renderer.catalogue)
    )


def languages_of(campaign: Campaign) -> tuple[Language, ...]:
    return tuple(each for each in Language if not campaign.audience.languages or each in campaign.audience.languages)


def communes_of(campaign: Campaign, catalogue: Catalogue) -> tuple[str, ...]:
    """The values of the placeholders: codes of communes, "" where it is not known. ("",) for a text without any."""
    if not any(placeholders_of(script) for script in _scripts(campaign)):
        return ("",)
    if campaign.audience.communes:
        return tuple(sorted(campaign.audience.communes))
    return ("", *sorted({place.new_code for place in catalogue.places}))


def fingerprint(campaign: Campaign, variants: Sequence[Variant]) -> str:
    """A hash of all that is approved: rendered texts of every language, buttons, links, audience rule, window."""
    told = {
        **write_fields(campaign),
        "texts": [[each.language, each.commune, each.text] for each in variants],
        "buttons": [[[button.label, button.action] for button in each.buttons] for each in variants],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _campaign(
    reading: Reading, row: schema.CampaignFile | None, catalogue: Catalogue, name: str
) -> tuple[Campaign | None, list[Problem]]:
    if row is None:
        return None, reading.problems
    audience = Audience(
        frozenset(_communes(reading, name, row.audience.communes, catalogue)),
        frozenset(row.audience.classes),
        frozenset(Language(each) for each in row.audience.languages),
        row.audience.job_seekers,
    )
    campaign = Campaign(
        row.title, row.subject, text_of(row.texts), row.last_day, audience, tuple(row.buttons),
        tuple(Link(text_of(each.label), each.url) for each in row.links), row.emergency,
    )  # fmt: skip
    return (None if reading.problems else campaign), reading.problems


def _communes(reading: Reading, name: str, codes: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    """Codes of today; an old unit's code stands for every unit that it became a part of."""
    new = {place.new_code for place in catalogue.places}
    for code in codes:
        became = {place.new_code for place in catalogue.places if place.old_code == code}
        if code in new:
            yield code
        elif became:
            yield from became
        else:
            reading.report(
                name, "audience.communes", f"there is no commune `{code}`", "Write a code of places.csv, new or old."
            )


def _title(campaign: Campaign) -> Iterator[Problem]:
    """The title is read by whoever checks the code."""
    if len(campaign.title) > LONGEST_TITLE:
        yield Problem(FILE, "title", f"has {len(campaign.title)} characters", f"At most {LONGEST_TITLE}: cut it.")
    for figure in bare_figures(campaign.title):
        yield Problem(FILE, "title", f"the figure `{figure}` stands in it", "Say it without.")
    yield from _personal("title", campaign.title)


def _audience(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    subjects = [each.id for each in catalogue.subjects]
    if campaign.subject not in subjects:
        yield Problem(FILE, "subject", f"`{campaign.subject}` is no subject", f"One of: {', '.join(subjects)}.")
    fact = catalogue.facts.get(CLASS)
    choices = fact.choices if fact else {}
    for each in sorted(campaign.audience.classes - set(choices)):
        yield Problem(FILE, "audience.classes", f"`{each}` is no class", f"One of: {', '.join(choices)}.")


def _buttons(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    if len(campaign.buttons) > MOST_BUTTONS:
        yield Problem(FILE, "buttons", f"there are {len(campaign.buttons)}", f"At most {MOST_BUTTONS}: take some out.")
    for button in campaign.buttons:
        if button not in _FIXED and not _topic_of(button, catalogue):
            yield Problem(
                FILE, "buttons", f"`{button}` is no button",
                f"Write {', '.join(_FIXED)}, or topic:<id> with the id of a topic.",
            )  # fmt: skip
    if len(set(campaign.buttons)) < len(campaign.buttons):
        yield Problem(FILE, "buttons", "one stands twice", "Take one of them out.")


def _links(campaign: Campaign, catalogue: Catalogue) -> Iterator[Problem]:
    for link in campaign.links:
        yield from label_problems(FILE, "links", link.label)
        for words in link.label.values():
            yield from _personal("links", words)
        yield from _link("links", link.url, catalogue)


def _link(place: str, url: str, catalogue: Catalogue) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        plain_address = parts.scheme == "https" and not parts.username and parts.port in (None, 443)
    except ValueError:
        host, plain_address = "", False
    is_known = any(host == each or host.endswith(f".{each}") for each in catalogue.hosts)
    if not plain_address or not is_known or any(sign in url for sign in " ()<>\\"):
        yield Problem(
            FILE, place, f"the link `{url}` is not allowed",
            f"Only https, and only to: {', '.join(catalogue.hosts)} (content/links.yaml).",
        )  # fmt: skip


def _source_problems(language: Language, text: str, catalogue: Catalogue) -> Iterator[Problem]:
    """A text as it is written: calls, placeholders, bare figures, personal data."""
    script = read_script(text)
    if not isinstance(script, Script):
        yield Problem(FILE, placed("texts", language, script.line), script.reason, script.remedy)
        return
    for fault in campaign_faults(script, catalogue.parameters.by_id):
        yield Problem(FILE, placed("texts", language, fault.line), fault.reason, fault.remedy)
    for line, said in script.words:
        for figure in bare_figures(said):
            yield Problem(
                FILE, placed("texts", language, line), f"the figure `{figure}` stands in the text",
                "Put it into content/parameters and write amount(), share(), days(), date(), age() or phone().",
            )  # fmt: skip
        yield from _personal(placed("texts", language, line), said)


def _personal(place: str, text: str) -> Iterator[Problem]:
    for kind in sorted(mask(text)[1]):
        yield Problem(FILE, place, f"there is personal data in it ({kind})", "A campaign names nobody: take it out.")


def _renderings(campaign: Campaign, renderer: Renderer, day: date) -> Iterator[Problem]:
    """Every variant can be said on the day, is short enough, and leads nowhere else."""
    for language in languages_of(campaign):
        place = f"texts.{language}"
        for commune in communes_of(campaign, renderer.catalogue):
            try:
                said = renderer.announcement(campaign.texts, language, day, commune)
            except ContentError as error:
                yield Problem(FILE, place, f"cannot be said on {day}: {error}", "Compare its calls with README.md.")
                break
            for name in said.missed:
                yield Problem(
                    FILE, place, f"`{name}` has no firm value on {day}",
                    "Have the figure confirmed first, or write the text without it.",
                )  # fmt: skip
            size = len(plain(parse(said.text)))
            if size > LONGEST_TEXT:
                yield Problem(
                    FILE, place, f"has {size} characters with what stands under it", f"At most {LONGEST_TEXT}: cut it."
                )
            for target in _targets(said.text):
                yield from _link(place, target, renderer.catalogue)


def _window(campaign: Campaign, renderer: Renderer, day: date) -> Iterator[Problem]:
    """It says the same on every day up to its last one."""
    last = campaign.last_day
    if last < day:
        yield Problem(FILE, "last_day", f"{last} is over", "Write the last day on which it may reach anybody.")
    elif (last - day).days > LONGEST_WINDOW:
        yield Problem(FILE, "last_day", f"is {(last - day).days} days away", f"At most {LONGEST_WINDOW}: come nearer.")
    elif (change := _first_change(campaign, renderer, day)) is not None:
        before = change - timedelta(days=1)
        yield Problem(FILE, "last_day", f"what it says is another text from {change} on", f"At the latest: {before}.")


def _first_change(campaign: Campaign, renderer: Renderer, day: date) -> date | None:
    """The first day up to the last one on which a text differs from that of `day`; what a commune is called does not
    change."""
    languages, commune = languages_of(campaign), communes_of(campaign, renderer.catalogue)[0]

    def said(on: date) -> list[str]:
        return [renderer.announcement(campaign.texts, language, on, commune).text for language in languages]

    today = said(day)
    days = ((day + timedelta(days=each)) for each in range(1, (campaign.last_day - day).days + 1))
    return next((each for each in days if said(each) != today), None)


def _targets(markup: str) -> Iterator[str]:
    for block in parse(markup):
        match block:
            case Paragraph(lines) | Items(lines):
                yield from (span.target for line in lines for span in line if span.target.startswith("http"))


def _variant(campaign: Campaign, code: str, renderer: Renderer, language: Language, commune: str, day: date) -> Variant:
    subject = next((each for each in renderer.catalogue.subjects if each.id == campaign.subject), None)
    if subject is None:
        raise ContentError(f"there is no subject {campaign.subject}")
    params = {
        "text": Ready(renderer.announcement(campaign.texts, language, day, commune).text),
        "links": [{"label": link.label[language], "url": link.url} for link in campaign.links],
        "code": code,
        "subject": subject.label[language],
    }
    rendered = renderer.render(Reply(_FRAME, params, tuple(_pressed(campaign, code))), language, day, commune)
    return Variant(language, commune, rendered.text, rendered.buttons)


def _pressed(campaign: Campaign, code: str) -> Iterator[Button]:
    for button in campaign.buttons:
        name = button.removeprefix(TOPIC)
        match button:
            case "eligibility":
                yield ELIGIBLE
            case "job":
                yield Button("t:jobs.register", "topic:jobs.register")
            case "ok" | "help":
                yield Button(f"cp:{code}:{button}", f"button.campaign_{button}")
            case _:
                yield Button(f"t:{name}", f"topic:{name}")


def _topic_of(button: str, catalogue: Catalogue) -> bool:
    return button.startswith(TOPIC) and button.removeprefix(TOPIC) in catalogue.topics


def _scripts(campaign: Campaign) -> Iterator[Script]:
    for text in campaign.texts.values():
        script = read_script(text)
        if isinstance(script, Script):
            yield script


_FIXED: Final = ("eligibility", "job", OK, HELP)
