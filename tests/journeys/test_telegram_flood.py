"""Somebody writes three hundred messages at once and Telegram makes their chat wait: nobody else notices.

With the stand-in's limits and the service's own pace: 28 messages a second, one a second in a chat.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.journeys.bot_api import BotApi, Params
from tests.journeys.telegram import Mailbox, TelegramService, Wording, serving, telegram, wait_until

FLOODER, OTHERS = 1, range(2, 12)
FLOOD = 300
SHUT = 30  # seconds for which Telegram makes the flooder's chat wait
AFTERWARDS = 14  # of the flooder's answers are awaited after that, one a second
TYPING = 1.5  # seconds from an answer to a person's next question
SOON = 1.5  # seconds in which 95 of 100 questions of the others must have their first reply

COMMANDS = {
    "/menu": "menu.subjects", "/help": "talk.help", "/huy": "talk.cancelled", "/nhantin": "subscription.show",
    "/ngung": "subscription.nothing",
}  # fmt: skip
ASKED = ("tien dien ho ngheo", "chuan ngheo la bao nhieu", "hoc sinh ngheo duoc mien hoc phi khong")


@dataclass
class Asker:
    """Somebody who asks, reads the whole answer, types and asks again."""

    chat: int
    questions: Iterator[str]
    expected: int = 0  # messages in all that they will have got when the last question is answered
    asked_at: float = 0.0
    got_before: int = 0
    waiting: float = 0.0  # seconds until the first reply, of the question now asked; 0: not there yet

    def look(self, api: BotApi) -> float | None:
        """Ask when it is time; return how long the first reply took when it came, once."""
        sent = api.sent_to(self.chat)
        if self.asked_at and not self.waiting and len(sent) > self.got_before:
            self.waiting = sent[self.got_before].at - self.asked_at
            return self.waiting
        if len(sent) == self.expected and (not sent or time.monotonic() > sent[-1].at + TYPING):
            self.expected += 3 if not sent else 1  # the notice before and the commune after: only once
            self.got_before, self.asked_at, self.waiting = len(sent), time.monotonic(), 0.0
            api.write(self.chat, next(self.questions))
        return None


def said(wording: Wording, key: str) -> str:
    """What a command is answered with."""
    return wording.news("show") if key == "subscription.show" else wording.message(key)


def shut_once(method: str, _number: int, params: Params) -> str:
    """Make the flooder's chat wait at its first message that is no greeting."""
    return f"429:{SHUT}" if method == "sendMessage" and params["chat_id"] == str(FLOODER) else ""


def test_a_flood_of_one_keeps_nobody_else_waiting_and_is_answered_in_order(tmp_path: Path) -> None:
    wording = Wording()
    flood = list(islice(cycle(COMMANDS), FLOOD))
    answers = [said(wording, COMMANDS[text]) for text in flood]
    slow = wording.message("talk.slow")

    with telegram() as api, serving(TelegramService(tmp_path, api)) as service:
        mailbox = Mailbox(api)
        api.write(FLOODER, "/start")
        assert wait_until(lambda: service.is_settled(1))
        greeted = len(mailbox[FLOODER])
        api.faults = shut_once
        for text in flood:
            api.write(FLOODER, text)
        assert api.wait_for(lambda: any(code == 429 for _, code, _ in api.refusals))
        api.faults = None
        shut = time.monotonic()
        askers, took = [Asker(chat, cycle(ASKED)) for chat in OTHERS], list[float]()
        while len(mailbox[FLOODER]) < greeted + AFTERWARDS and time.monotonic() < shut + 2 * SHUT:
            took += [seconds for asker in askers if (seconds := asker.look(api)) is not None]
            api.wait_for(lambda: False, 0.02)
        got = [message.text for message in mailbox[FLOODER][greeted:]]
        waiting = service.rows(
            "SELECT CAST(inbox.event_id AS INTEGER) FROM messages JOIN inbox ON inbox.id = messages.inbox_id "
            "WHERE messages.state = 'pending' AND inbox.address_id = (SELECT id FROM addresses WHERE chat = '1') "
            "ORDER BY messages.id"
        )

    took.sort()
    print(
        f"{len(took)} questions; first reply p50 {took[len(took) // 2]:.2f} s, p95 {took[len(took) * 95 // 100]:.2f} s"
    )
    assert len(took) > 100
    assert took[len(took) * 95 // 100] < SOON
    assert got.count(slow) == 1
    assert [text for text in got if text != slow] == answers[: len(got) - 1]
    assert waiting == sorted(waiting)
    assert FLOOD - len(got) <= len(waiting) <= FLOOD + 1 - len(got)
    assert {(method, code) for method, code, _ in api.refusals} == {("sendMessage", 429)}
    assert len(api.refusals) == 1
