"""What may wait for somebody, in the order of the first page. Whoever builds a queue adds its line here."""

from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bot.console.visit import PATH
from bot.console.words import mark
from bot.services import leads, staff
from bot.services.waiting import Queue

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")  # a day on which something is due is a day there, wherever the server is

QUEUES: Final = (
    Queue(mark("job-seekers whose next step is due today"), f"{PATH}/leads?whose=mine", partial(leads.due, zone=LOCAL)),
    Queue(mark("job-seekers whom nobody has taken"), f"{PATH}/leads?whose=free", leads.free),
    Queue(mark("job-seekers for whom nothing happens"), f"{PATH}/leads?resting=1", partial(leads.resting, zone=LOCAL)),
    Queue(mark("invited people whose link ran out"), f"{PATH}/staff?standing=expired", staff.expired_links),
)
