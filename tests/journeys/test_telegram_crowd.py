"""Five hundred questions of sixty people over Telegram while things break: everybody is answered, in order.

Twice at most what may have been under way when a process died, or was accepted and then not told.
"""

import random
from pathlib import Path

from bot.services.delivery import IN_FLIGHT
from tests.journeys.telegram import Crowd, Way, both_ways, joined

QUESTIONS = 500
KILLS = 10


@both_ways
def test_five_hundred_questions_survive_ten_kills(way: Way, tmp_path: Path) -> None:
    chance = random.Random()  # another one each time: what fails must not depend on when
    moments = sorted(chance.sample(range(20, QUESTIONS - 20), KILLS))
    under_way = list[int]()

    with joined(tmp_path, way) as (api, service):
        crowd = Crowd(api, service, questions=QUESTIONS)
        crowd.learn()
        while not crowd.is_done:
            crowd.ask()
            crowd.wait_for_news()
            if len(under_way) < KILLS and crowd.answered >= moments[len(under_way)]:
                service.kill()
                under_way.append(service.in_flight())
                api.repeat(chance.choice(crowd.updates))
                assert service.start().url
        crowd.check()

    assert len(under_way) == KILLS
    assert max(under_way) <= IN_FLIGHT
    assert crowd.twice <= sum(under_way)
    print(f"{way}: under way at each kill {under_way}, answered twice {crowd.twice}.")
