"""What may wait for somebody, in the order of the first page. Whoever builds a queue adds its line here."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.console.visit import PATH
from bot.console.words import mark
from bot.core.staff import Member
from bot.services import approvals, campaign_queues, handover_queues, lead_queues, privacy, staff, unanswered
from bot.services.waiting import Queue

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")  # a day on which something is due is a day there, wherever the server is


def _due(tx: sa.Connection, member: Member, now: datetime) -> int:
    return lead_queues.due(tx, member, now.astimezone(LOCAL))


QUEUES: Final = (
    Queue(mark("calls for help that wait"), f"{PATH}/handovers?state=open", handover_queues.calls),
    Queue(mark("questions overdue for their first answer"), f"{PATH}/handovers?age=overdue", handover_queues.overdue),
    Queue(mark("talks that you have"), f"{PATH}/handovers?state=mine", handover_queues.own_talks),
    Queue(mark("questions passed to staff that wait"), f"{PATH}/handovers?state=open", handover_queues.questions),
    Queue(mark("job-seekers whose next step is due today"), f"{PATH}/leads?whose=mine", _due),
    Queue(mark("job-seekers whom nobody has taken"), f"{PATH}/leads?whose=free", lead_queues.free),
    Queue(mark("job-seekers for whom nothing happens"), f"{PATH}/leads?resting=1", lead_queues.resting),
    Queue(mark("privacy requests"), f"{PATH}/privacy?state=open", privacy.waiting),
    Queue(mark("invited people whose link ran out"), f"{PATH}/staff?standing=expired", staff.expired_links),
    Queue(mark("announcements that are paused"), f"{PATH}/campaigns?state=paused", campaign_queues.paused),
    Queue(
        mark("announcements that may not have reached everybody"),
        f"{PATH}/campaigns?state=done",
        campaign_queues.unsure,
    ),
    Queue(
        mark("announcements that wait for a moment to start"),
        f"{PATH}/campaigns?state=approved",
        campaign_queues.approved,
    ),
    Queue(mark("things to approve"), f"{PATH}/approvals", approvals.waiting),
    Queue(mark("questions nobody answered"), f"{PATH}/questions", unanswered.waiting),
)
