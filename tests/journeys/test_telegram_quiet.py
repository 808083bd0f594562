"""What may not be written down is not: the token nowhere, what people said and who they are in no line of the log."""

from pathlib import Path

from tests.journeys.bot_api import BotApi
from tests.journeys.telegram import FAST, Person, TelegramService, Way, both_ways, serving, telegram, wait_until

TOKEN = "987654321:AAtoken-SECRET_abcdefghijklmnopqrstu"
SECRET = "webhook-word-4711"
MARKED = "xuongrong"  # a word that nobody else says
CHAT = 7_000_000_123

# The service with every library's log as loud as it gets.
LOUD = """
import logging, sys
import bot.logs, bot.serving

def log_loudly(secrets=()):
    bot.logs.log_to_stderr(secrets)
    logging.getLogger().setLevel(logging.DEBUG)
    for name in bot.logs.LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)

bot.serving.log_to_stderr = log_loudly
from bot.cli import main
main()
"""


def live(api: BotApi, service: TelegramService) -> None:
    """Everything that is worth a line: words, odd words, updates that cannot be read, faults, a kill, a start."""
    person = Person(api, service, CHAT)
    person.write(f"{MARKED} tien dien ho ngheo")
    person.write(f"mat khau {MARKED} 123456")
    person.does(lambda: api.photo(CHAT, MARKED))
    person.write("/dulieu")
    chat = {"id": CHAT, "type": "private", "first_name": MARKED}
    person.does(lambda: api.update(CHAT, {"message": {"message_id": 1, "date": 1, "chat": chat, "text": [MARKED]}}))
    broken = iter(("reset_after", "", "502", "", "429:1"))  # each send is tried once more, a second later
    api.faults = lambda method, _number, _params: next(broken, "") if method == "sendMessage" else ""
    for text in (f"{MARKED} 1", f"{MARKED} 2", f"{MARKED} 3"):
        person.write(text)
    api.stop()
    api.start()
    service.kill()
    api.write(CHAT, f"{MARKED} 3")
    service.start()
    person.press("menu")
    api.block(CHAT)
    assert wait_until(lambda: service.rows("SELECT count(*) FROM addresses WHERE state = 'blocked'")[0][0])


@both_ways
def test_no_secret_is_in_a_file_and_what_people_say_in_no_line_of_the_log(way: Way, tmp_path: Path) -> None:
    with telegram(token=TOKEN, limits=False) as api:
        service = TelegramService(tmp_path, api, way, **FAST, TELEGRAM_WEBHOOK_SECRET=SECRET)
        with serving(service):
            live(api, service)
            assert service.stop() == 0

    assert service.logged().count("\n") >= 3  # there was something to keep silent about
    for told in (MARKED, str(CHAT), "123456"):
        assert told not in service.logged()
    assert written_down(tmp_path, TOKEN, SECRET, MARKED) == []


def test_no_secret_is_in_the_log_however_much_is_logged(tmp_path: Path) -> None:
    with telegram(token=TOKEN, limits=False) as api:
        service = TelegramService(tmp_path, api, Way.WEBHOOK, **FAST, TELEGRAM_WEBHOOK_SECRET=SECRET)
        with serving(service, program=("-c", LOUD)):
            Person(api, service, CHAT).write("tien dien ho ngheo")
            assert service.stop() == 0

    assert "DEBUG" in service.logged()
    assert written_down(tmp_path, TOKEN, SECRET) == []


def written_down(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Which of these words stand in which file."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [(word, file.name) for file in files for word in words if word.encode() in file.read_bytes()]
