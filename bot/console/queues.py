"""What may wait for somebody, in the order of the first page. Whoever builds a queue adds its line here."""

from typing import Final

from bot.console.visit import PATH
from bot.console.words import mark
from bot.services import privacy, staff
from bot.services.waiting import Queue

QUEUES: Final = (
    Queue(mark("privacy requests"), f"{PATH}/privacy?state=open", privacy.waiting),
    Queue(mark("invited people whose link ran out"), f"{PATH}/staff?standing=expired", staff.expired_links),
)
