"""Facts of a household or of one member that somebody says in passing: "nhà tôi cận nghèo, mẹ 76 tuổi".

Found is what was said, under the fact ids and choices of design section 5: household_class, members, income_per_person
(VND a month), age (years), pupil_level, disability. Nobody has confirmed it: the eligibility check asks. Only what is
certain: said of the asker's own household or of one member of it, not asked, denied, supposed or wished for, and not
said differently elsewhere. "hộ nghèo là gì" says nothing; neither does "không phải hộ nghèo": all else stays possible.

Ethnic origin is left out on purpose, however plainly it is said ("tôi người Raglai"): it is sensitive and is kept only
after a yes of its own. So is how disabled somebody is: it is found for whoever asks that yes, but it is not in KEPT.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.core.interview.said import clauses
from bot.core.interview.said_of_household import class_said, income_said, members_said
from bot.core.interview.said_of_member import age_said, disability_said, pupil_level_said

OF_MEMBER: Final = frozenset(("age", "pupil_level", "disability"))
KEPT: Final = frozenset(("household_class", "members", "income_per_person", "age", "pupil_level"))

_SUPPOSED: Final = re.compile(r"\b(?:neu|gia su|vi du|truong hop|hang xom|hoc tro|nguoi ta|ba con)\b")


def mentions(text: str) -> Mapping[str, str]:
    """Return the facts a text says for certain, by fact id.

    What is said twice and differently is left out. Facts of a member are of one member: where a text speaks of two,
    none of theirs is certain.
    """
    parts = [each for each in clauses(text) if not _SUPPOSED.search(each)]
    household = {
        "household_class": class_said(parts),
        "members": {said for part in parts if (said := members_said(part))},
        "income_per_person": {said for part in parts if (said := income_said(part))},
    }
    readers = {"age": age_said, "pupil_level": pupil_level_said, "disability": disability_said}
    member = {fact: {said for part in parts for said in read(part)} for fact, read in readers.items()}
    if len({whose for said in member.values() for _, whose in said}) == 1:
        household |= {fact: {value for value, _ in said} for fact, said in member.items()}
    return {fact: said.pop() for fact, said in household.items() if len(said) == 1}
