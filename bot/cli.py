"""Every command: parse, call, print. What it does stands in wiring and below."""

import asyncio
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.core.errors import BotError
from bot.core.staff import Role
from bot.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
db = typer.Typer(no_args_is_help=True, help="The database.", rich_markup_mode=None)
app.add_typer(db, name="db")
staff = typer.Typer(no_args_is_help=True, help="Who works with the console.", rich_markup_mode=None)
app.add_typer(staff, name="staff")

leads = typer.Typer(no_args_is_help=True, help="Job-seekers.", rich_markup_mode=None)
app.add_typer(leads, name="leads")
vacancies = typer.Typer(no_args_is_help=True, help="What employers offer.", rich_markup_mode=None)
app.add_typer(vacancies, name="vacancies")

person = typer.Typer(no_args_is_help=True, help="What is kept of a person.", rich_markup_mode=None)
app.add_typer(person, name="person")
campaign = typer.Typer(no_args_is_help=True, help="Announcements to those who subscribed.", rich_markup_mode=None)
app.add_typer(campaign, name="campaign")

As = Annotated[str, typer.Option("--as", metavar="STAFF", help="The member of staff who does it.")]
Id = Annotated[int, typer.Argument(metavar="ID", help="The campaign's number.")]

On = Annotated[str, typer.Option("--on", metavar="DATE", help="As of this day (YYYY-MM-DD); default: today.")]


def main() -> None:
    """Run the command line; what somebody has to repair is said in one line, without a traceback."""
    try:
        app()
    except BotError as error:
        _fail(str(error))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = 8080,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty database with invented data, mark every page.")
    ] = False,
) -> None:
    """Run the service: the web chat, the sender, the sweep."""
    import uvloop

    from bot.serving import serve as run

    settings = read_settings(**({"demo": True} if demo else {}))
    reason = uvloop.run(run(settings, host, port, print_line=lambda line: print(line, flush=True)))
    if reason:
        _fail(reason)


@app.command()
def chat(on: On = "") -> None:
    """Talk to it in the terminal, no server; nothing is kept."""
    from bot.wiring import chat as run

    asyncio.run(run(read_settings(), _day(on)))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="One question.")] = "",
    file: Annotated[Path | None, typer.Option(help="Tab-separated, a header with at least id and text.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON line for each question.")] = False,
    on: On = "",
) -> None:
    """Answer one question, or rank a file of them."""
    from bot.wiring import Answerer

    if not question and file is None:
        _fail('Write a question: bot ask "hộ nghèo có được thẻ bảo hiểm không", or --file F.tsv --jsonl.')
    answerer = Answerer(read_settings())
    if file is not None or jsonl:
        rows = _questions(file) if file is not None else iter([("1", question)])
        for name, text in rows:
            print(json.dumps({"id": name, **answerer.ranked(text)}, ensure_ascii=False))
    else:
        print(answerer.told(question, _day(on)))


@app.command()
def eligible(
    facts: Annotated[str, typer.Option("--facts", metavar="F.json", help="Household facts as JSON; - is stdin.")],
    on: On = "",
) -> None:
    """Say for every programme whether a household gets it, why, and what is missing to tell."""
    from bot.core.eligibility.facts import FactError
    from bot.wiring import eligible as run

    day = _day(on)
    try:
        print(json.dumps(run(read_settings(), _json(facts), day), ensure_ascii=False, indent=1))
    except FactError as error:
        _fail(f"{facts}: {error}", code=2)


@app.command()
def check(
    on: On = "",
    strict: Annotated[bool, typer.Option("--strict", help="Stale content fails too.")] = False,
    todo: Annotated[bool, typer.Option("--todo", help="List what the office has to confirm.")] = False,
) -> None:
    """List every problem in content/: file, place, reason, remedy."""
    from bot.content import check as checks

    settings = read_settings()
    day = _day(on) or _today(settings)
    if todo:
        for item in checks.todo(settings.content, day):
            print(item)
        return
    problems = checks.check(settings.content, day)
    for problem in problems:
        print(problem)
    wrong = [problem for problem in problems if strict or not problem.stale]
    stale = sum(problem.stale for problem in problems)
    print(f"{len(problems) - stale} wrong, {stale} stale on {day:%Y-%m-%d}.")
    if wrong:
        raise typer.Exit(1)


@db.command()
def upgrade() -> None:
    """Bring the database to this version's tables."""
    from bot.wiring import upgrade_database

    print(asyncio.run(upgrade_database(read_settings())))


@db.command()
def backup(file: Annotated[Path, typer.Argument(metavar="F", help="A file that is not there yet.")]) -> None:
    """Copy the database to a file while the service runs, and verify the copy. The key is never in it."""
    from bot.upkeep import backup as run

    print(asyncio.run(run(read_settings(), file)))


@db.command()
def restore(
    file: Annotated[
        Path | None, typer.Argument(metavar="F", help="A backup; none: only erase again who was erased since.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Though the database holds something.")] = False,
) -> None:
    """Bring a backup back, the service stopped; whoever was erased since then is erased again before it serves."""
    from bot.upkeep import restore as run

    print(asyncio.run(run(read_settings(), file, replace=replace)))


@db.command("rotate-key")
def rotate_key() -> None:
    """Make a new key (caunoi.key; the service stopped) or take up the first of CAUNOI_SECRET_KEY; seal all anew."""
    from bot.upkeep import rotate_key as run

    print(asyncio.run(run(read_settings())))


@db.command()
def sweep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; nothing is changed.")] = False,
) -> None:
    """Take away what has had its time (a running service does so each hour), or count it."""
    from bot import office

    gone = asyncio.run((office.would_sweep if dry_run else office.sweep)(read_settings()))
    for kind, number in gone.items():
        print(f"{number:>8} {kind}")


_Who = Annotated[str, typer.Argument(metavar="ADDRESS", help="telegram:123 or web:…")]


@person.command("show")
def show_person(address: _Who, by: As) -> None:
    """Print everything that is kept of a person."""
    from bot.office import person as run

    print(json.dumps(asyncio.run(run(read_settings(), address, by)), ensure_ascii=False, indent=1))


@person.command("export")
def export_person(
    address: _Who,
    by: As,
    to: Annotated[Path | None, typer.Option("--to", metavar="F.json", help="A new file; default: printed.")] = None,
) -> None:
    """Write out everything that is kept of a person, as JSON; a file can be read by its owner only."""
    from bot.office import person as run

    if to is not None and to.exists():
        _fail(f"{to} is there already. Name a file that is not there yet.")
    told = json.dumps(asyncio.run(run(read_settings(), address, by, export=True)), ensure_ascii=False, indent=1)
    if to is None:
        print(told)
        return
    try:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(f"{told}\n")
    except OSError as error:
        _fail(f"{to} cannot be made: {error.strerror}.")
    print(f"Written to {to}. Give it to the person alone, then delete it.")


@person.command("erase")
def erase(address: _Who, by: As) -> None:
    """Erase everything that is kept of a person, on every address they linked, as they could in the chat."""
    from bot.office import erase_person as run

    asyncio.run(run(read_settings(), address, by))
    print(f"Erased {address}. Messages in their own Telegram, what was printed or exported, and backups stay.")


@staff.command()
def invite(
    name: Annotated[str, typer.Argument(help="The name that colleagues know; they sign in with it.")],
    role: Annotated[list[Role] | None, typer.Option(help="What they may do; once for each role.")] = None,
    commune: Annotated[list[str] | None, typer.Option(help="Code of a commune they work for; once for each.")] = None,
) -> None:
    """Add a member of staff and print their one-time link (72 hours)."""
    from bot.office import invite as run

    print(asyncio.run(run(read_settings(), name, role or [], commune or [])))


@staff.command()
def link(name: Annotated[str, typer.Argument(help="Who lost their password or phone.")]) -> None:
    """Print a new one-time link; until it is used they cannot sign in."""
    from bot.office import link as run

    print(asyncio.run(run(read_settings(), name)))


@leads.command("export")
def export_leads(file: Annotated[Path, typer.Argument(metavar="F.xlsx")], by: As) -> None:
    """Write the open job-seekers that a member of staff may see into a spreadsheet of yours alone."""
    from bot.files import export_leads as run

    count = asyncio.run(run(read_settings(), file, by))
    print(f"{file}: {count} job-seekers. It holds personal data: delete it after use.")


@vacancies.command("import")
def import_vacancies(
    file: Annotated[Path, typer.Argument(metavar="F", help=".xlsx, .xls, .ods or .csv")],
    by: As,
    whole: Annotated[
        bool, typer.Option("--whole", help="F lists all that its sources offer: take down what is not in it.")
    ] = False,
) -> None:
    """Import vacancies; every line with a fault is named, the others are kept. Exit code 1 where a line has one."""
    from bot.files import import_vacancies as run

    result, faults = asyncio.run(run(read_settings(), file, by, is_whole=whole))
    for line in faults:
        print(line, file=sys.stderr)
    gone = "taken down" if result.are_ended else "not in the file any more, still open"
    print(f"{result.new} new, {result.changed} changed, {result.unchanged} as before, {result.gone} {gone}.")
    if faults:
        raise typer.Exit(1)


@campaign.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="F.yaml", help="content/README.md says what it holds.")], by: As
) -> None:
    """Keep a draft; say what is wrong with it; print its number."""
    from bot.dispatch import new as run

    try:
        raw = file.read_bytes()
    except OSError as error:
        _fail(f"{file} cannot be read: {error.strerror}")
    number, problems = asyncio.run(run(read_settings(), raw, by))
    for problem in problems:
        print(problem, file=sys.stderr)
    if number is None:
        raise typer.Exit(1)
    print(number)


@campaign.command()
def submit(number: Id, by: As) -> None:
    """Ask a second person."""
    _campaign("submit", number, by)


@campaign.command()
def approve(number: Id, by: As) -> None:
    """Approve what somebody else submitted, as it is now."""
    _campaign("approve", number, by)


@campaign.command()
def schedule(
    number: Id, by: As, at: Annotated[str, typer.Option("--at", metavar="MOMENT", help="2026-12-01T08:30, local.")]
) -> None:
    """Let it start at a moment."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        _fail(f"--at {at}: write the moment as 2026-12-01T08:30.")
    settings = read_settings()
    _campaign("schedule", number, by, moment if moment.tzinfo else moment.replace(tzinfo=settings.zone))


@campaign.command()
def send(number: Id, by: As) -> None:
    """Start it now; `bot serve` sends."""
    _campaign("send", number, by)


@campaign.command()
def pause(number: Id, by: As) -> None:
    """Let nothing more leave until it is resumed."""
    _campaign("pause", number, by)


@campaign.command()
def resume(number: Id, by: As) -> None:
    """Go on where it was paused."""
    _campaign("resume", number, by)


@campaign.command()
def cancel(number: Id, by: As) -> None:
    """End it: who has not got it will not get it."""
    _campaign("cancel", number, by)


@campaign.command()
def resend(number: Id, by: As) -> None:
    """Send once more to those alone whom it may not have reached (unsure)."""
    _campaign("resend", number, by)


@campaign.command()
def status(number: Id, as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False) -> None:
    """Say how far it is: the audience is the sum of the states."""
    from bot.dispatch import status as run

    told = asyncio.run(run(read_settings(), number))
    print(json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items()))


@campaign.command()
def report(
    number: Id, file: Annotated[Path, typer.Argument(metavar="F.xlsx", help="A file that is not there yet.")], by: As
) -> None:
    """Write what became of it as a spreadsheet: counts, nobody by name."""
    from bot.dispatch import report as run

    if file.exists():
        _fail(f"{file} is there already.")
    file.write_bytes(asyncio.run(run(read_settings(), number, by)))
    print(file)


def _campaign(order: str, number: int, by: str, at: datetime | None = None) -> None:
    from bot.dispatch import obey

    print(asyncio.run(obey(read_settings(), order, number, by, at)))


@app.command()
def demo() -> None:
    """Fill an empty database with invented staff and people, as `bot serve --demo` does."""
    from bot.demo import fill
    from bot.shelf import Content
    from bot.wiring import models_folder

    settings = read_settings()
    lines = asyncio.run(fill(settings, Content.read_at_once(settings.content, models_folder(settings))))
    print("\n".join(lines) or "The database was filled before.")


@app.command()
def health(
    url: Annotated[str, typer.Option(help="Where the service listens.")] = "http://127.0.0.1:8080",
) -> None:
    """Ask a running service how it is; exit 1 when it is not well."""
    if not url.startswith(("http://", "https://")):
        _fail(f"{url} is no web address; for example http://127.0.0.1:8080")
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/healthz", timeout=10) as answer:  # noqa: S310  # checked above
            _print_health(answer.read())
    except urllib.error.HTTPError as error:
        _print_health(error.read())
        raise typer.Exit(1) from None
    except OSError as error:
        _fail(f"Nothing answers at {url}: {error}. Is `bot serve` running?")


def _print_health(body: bytes) -> None:
    """One line for the whole, one for each part; what is no answer of ours as it is."""
    try:
        told = json.loads(body)
        print(told.pop("status"))
        for name, part in told.items():
            trouble = part.get("trouble", "")
            print(f"  {name}: silent for {part['silent_seconds']} s{f'; {trouble}' if trouble else ''}")
    except (ValueError, KeyError, AttributeError):
        _fail(f"That is no answer of this program: {body[:200].decode(errors='replace')}")


def _questions(file: Path) -> Iterator[tuple[str, str]]:
    """Read id and text of each line. UTF-8, tabs, no quoting."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{file} cannot be read: {error}")
    header = lines[0].rstrip("\r").split("\t")
    if not {"id", "text"} <= set(header):
        _fail(f"{file}: the first line must name the columns, at least id and text, with tabs between them.")
    at_id, at_text = header.index("id"), header.index("text")
    for number, line in enumerate(lines[1:], start=2):
        cells = line.rstrip("\r").split("\t")
        if line.strip() and len(cells) <= max(at_id, at_text):
            _fail(f"{file}, line {number}: fewer columns than the header names.")
        if line.strip():
            yield cells[at_id], cells[at_text]


def _json(name: str) -> object:
    """Read a JSON file; `-` is stdin."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{name} cannot be read: {error}", code=2)
    except json.JSONDecodeError as error:
        _fail(f"{name}, line {error.lineno}: this is no JSON: {error.msg}.", code=2)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"--on {text}: write the day as YYYY-MM-DD, for example 2027-01-15.")


def _today(settings: Settings) -> date:
    moment = settings.test_clock or datetime.now(settings.zone)
    return moment.astimezone(settings.zone).date()


def _fail(reason: str, code: int = 1) -> NoReturn:
    print(reason, file=sys.stderr)
    raise SystemExit(code)
