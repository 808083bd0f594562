"""What a household is told about poverty, health and social help, against the facts, on the days when a rule changes.

Expected figures and documents come from the fact files (poverty-health-social), never from the rendered text; each
group of cases names its section there. A figure is written as in Vietnamese; the English text is held to the same one.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest

from bot.content.figures import spell_day, spell_month
from bot.content.load import read
from bot.content.render import RenderedPart, Renderer
from bot.core.markup import parse, plain
from bot.core.types import Language
from tests.build import REAL

TODAY: Final = "2026-11-24"
EARLIER: Final = "2026-06-30"  # the last day before the base salary and the allowances rose
NEXT_YEAR: Final = "2027-01-15"  # the new poverty line; the lower tax on electricity is over
DAYS: Final = (EARLIER, "2026-07-01", "2026-10-05", TODAY, "2026-12-31", NEXT_YEAR)


@dataclass(frozen=True, slots=True)
class Case:
    """A topic's part on a day: figures said and not said, documents named (whole) and not named (any part of one)."""

    topic: str
    part: str
    day: str
    says: str = ""  # several are parted by "; "
    hides: str = ""
    papers: str = ""
    no_papers: str = ""
    read_until: str = ""

    def __str__(self) -> str:
        return f"{self.topic}-{self.part}-{self.day}"


# --- poverty.standard: the income lines, AND the lacking indicators ------------------------------------------------
STANDARD: Final = (
    Case(
        "poverty.standard", "answer", TODAY,
        says="nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; ít nhất 3; 1/1/2027; nhiều nhất 2.200.000 đồng; "
        "nhiều nhất 2.800.000 đồng",
        papers="NĐ 07/2021/NĐ-CP, Điều 3; NĐ 351/2025/NĐ-CP", read_until="2026-06",
    ),
    Case(
        "poverty.standard", "answer", EARLIER,  # more than sixty days before the change: nothing about it yet
        says="nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; ít nhất 3", hides="2.200.000; 2.800.000",
        papers="NĐ 351/2025/NĐ-CP",
    ),
    Case("poverty.standard", "answer", "2026-12-31", says="nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng"),
    Case(
        "poverty.standard", "answer", "2027-01-01",
        says="nhiều nhất 2.200.000 đồng; nhiều nhất 2.800.000 đồng; ít nhất 3", hides="1.500.000; 2.000.000",
        papers="NĐ 351/2025/NĐ-CP", no_papers="NĐ 07/2021",
    ),
    Case(
        "poverty.standard", "how_much", TODAY,
        says="nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; "
        "nhiều nhất 6.000.000 đồng; nhiều nhất 8.000.000 đồng",  # four people
    ),
    Case(
        "poverty.standard", "how_much", NEXT_YEAR,
        says="nhiều nhất 8.800.000 đồng; nhiều nhất 11.200.000 đồng", hides="6.000.000; 8.000.000",
    ),
    Case("poverty.standard", "who", TODAY, says="12; 31/12/2026", papers="NĐ 07/2021/NĐ-CP, Điều 3"),
    Case("poverty.standard", "who", NEXT_YEAR, hides="12", no_papers="NĐ"),  # the new list: read in a draft only
    Case(
        "poverty.standard", "changes", TODAY,
        says="31/12/2026; nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; 1/1/2027; nhiều nhất 2.200.000 đồng; "
        "nhiều nhất 2.800.000 đồng",
    ),
    Case(
        "poverty.standard", "changes", NEXT_YEAR, says="1/1/2027; nhiều nhất 2.200.000 đồng; nhiều nhất 2.800.000 đồng",
    ),
)  # fmt: skip

# --- poverty.registration, .certificate, .exit: QĐ 24/2021 was written for 2022-2025; nothing newer was read ---------
LISTS: Final = (
    Case("poverty.registration", "answer", TODAY, says="31/12/2025", hides="15; 14/12/2026; 1/9/2026"),
    Case(
        "poverty.registration", "answer", "2025-12-31", says="nhiều nhất 15 ngày",
        papers="QĐ 24/2021/QĐ-TTg, Điều 5; QĐ 967/QĐ-BNNMT",
    ),
    Case("poverty.registration", "deadline", "2025-11-24", says="1/9/2025; 14/12/2025; 15; nhiều nhất 15 ngày"),
    Case(
        "poverty.registration", "deadline", TODAY, says="31/12/2025; nhiều nhất 15 ngày",
        hides="1/9/2026; 14/12/2026; 1/9/2025; 14/12/2025; 50%; 3 ngày", papers="QĐ 24/2021/QĐ-TTg, Điều 5",
    ),
    Case("poverty.registration", "steps", TODAY, hides="50%; 140; 175; 30; 3 ngày"),
    Case(
        "poverty.registration", "changes", TODAY,
        says="31/12/2026; nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; nhiều nhất 2.200.000 đồng; "
        "nhiều nhất 2.800.000 đồng",
    ),
    Case(
        "poverty.registration", "changes", NEXT_YEAR,
        says="nhiều nhất 2.200.000 đồng; nhiều nhất 2.800.000 đồng; 31/12/2030", hides="1.500.000; 2.000.000",
    ),
    Case("poverty.certificate", "deadline", TODAY, says="31/12/2025; nhiều nhất 15 ngày"),
    Case("poverty.certificate", "deadline", "2025-10-01", says="nhiều nhất 15 ngày", hides="31/12/2025"),
    Case(
        "poverty.exit", "answer", TODAY, says="nhiều nhất 3 năm", hides="36 tháng; 5 năm; 50%",
        papers="QĐ 28/2015/QĐ-TTg; QĐ 02/2021/QĐ-TTg; NĐ 188/2025/NĐ-CP, Điều 6", read_until="2026-03",
    ),
    Case("poverty.exit", "answer", "2025-08-14", says="nhiều nhất 3 năm", no_papers="NĐ 188/2025"),
    Case("poverty.exit", "who", TODAY, papers="QĐ 28/2015/QĐ-TTg", read_until="2026-03"),
    Case("poverty.exit", "how_much", "2025-11-30", says="nhiều nhất 100.000.000 đồng; 8,25%", no_papers="QĐ 2553"),
    Case(
        "poverty.exit", "how_much", TODAY,
        says="nhiều nhất 100.000.000 đồng; 7,8%; nhiều nhất 409.860 đồng; nhiều nhất 956.340 đồng; "
        "nhiều nhất 683.100 đồng; 1.366.200 đồng",
        papers="NĐ 161/2026/NĐ-CP, Điều 3 khoản 2; NĐ 188/2025/NĐ-CP, Điều 6 khoản 6", no_papers="NĐ 73/2024",
    ),
    Case(
        "poverty.exit", "changes", TODAY,
        says="nhiều nhất 1.500.000 đồng; nhiều nhất 2.000.000 đồng; 1/1/2027; "
        "nhiều nhất 2.200.000 đồng; nhiều nhất 2.800.000 đồng",
    ),
    Case("poverty.exit", "changes", NEXT_YEAR, says="nhiều nhất 2.200.000 đồng; nhiều nhất 2.800.000 đồng; 31/12/2030"),
)  # fmt: skip

# --- health.near_poor_subsidy: the table "What one near-poor person pays"; base salary; tiers ------------------------
PREMIUM: Final = (
    Case(
        "health.near_poor_subsidy", "answer", TODAY,
        says="ít nhất 70%; nhiều nhất 34.155 đồng; nhiều nhất 409.860 đồng; nhiều nhất 30%; 4,5%; 2.530.000 đồng; "
        "1/7/2026; 100%; 5%; 31/12/2025",
        hides="2.340.000; 2.527.200; 31.590; 379.080; 25%; 15%",
        papers="NĐ 188/2025/NĐ-CP, Điều 6 khoản 6; NĐ 161/2026/NĐ-CP, Điều 3 khoản 2; "
        "NĐ 188/2025/NĐ-CP, Điều 6 khoản 6 điểm a; NQ 26/2022/NQ-HĐND Ninh Thuận",
        no_papers="NĐ 73/2024; NĐ 146/2018", read_until="2026-06",
    ),
    Case(
        "health.near_poor_subsidy", "answer", EARLIER,
        says="ít nhất 70%; nhiều nhất 31.590 đồng; nhiều nhất 379.080 đồng; 2.340.000 đồng; 1/7/2024; "
        "1/7/2026; 2.530.000 đồng",
        hides="34.155; 409.860", papers="NĐ 73/2024/NĐ-CP",
    ),
    Case(
        "health.near_poor_subsidy", "answer", "2025-12-31",
        says="ít nhất 70%; nhiều nhất 31.590 đồng; 5%; 31/12/2025", papers="NQ 26/2022/NQ-HĐND Ninh Thuận",
    ),
    Case(
        "health.near_poor_subsidy", "answer", "2024-09-30", says="nhiều nhất 31.590 đồng; 10%; 31/12/2024",
        hides="5%; 15%",
    ),
    Case(  # the last day of the poor district, and of the sum while Ninh Thuận added
        "health.near_poor_subsidy", "answer", "2025-06-30", says="100%; 5%; nhiều nhất 315.900 đồng",
        papers="NĐ 146/2018/NĐ-CP, Điều 8 khoản 1 điểm a; NQ 26/2022/NQ-HĐND Ninh Thuận",
    ),
    Case("health.near_poor_subsidy", "answer", "2025-07-01", says="nhiều nhất 315.900 đồng", hides="100%"),
    Case(
        "health.near_poor_subsidy", "answer", "2025-08-14", says="ít nhất 70%", hides="100%",
        papers="NĐ 146/2018/NĐ-CP, Điều 8 khoản 1 điểm b", no_papers="NĐ 188/2025",
    ),
    Case(
        "health.near_poor_subsidy", "answer", "2025-08-15", says="ít nhất 70%; 100%",
        papers="NĐ 188/2025/NĐ-CP, Điều 6 khoản 6", no_papers="NĐ 146/2018",
    ),
    Case("health.near_poor_subsidy", "answer", NEXT_YEAR, says="nhiều nhất 34.155 đồng; nhiều nhất 409.860 đồng"),
    Case(
        "health.near_poor_subsidy", "how_much", TODAY,
        says="nhiều nhất 34.155 đồng; nhiều nhất 409.860 đồng; nhiều nhất 1.639.440 đồng; nhiều nhất 683.100 đồng; "
        "1.366.200 đồng; nhiều nhất 956.340 đồng",
    ),
    Case(
        "health.near_poor_subsidy", "how_much", EARLIER,
        says="nhiều nhất 31.590 đồng; nhiều nhất 379.080 đồng; nhiều nhất 1.516.320 đồng; nhiều nhất 631.800 đồng; "
        "1.263.600 đồng; nhiều nhất 884.520 đồng",
        hides="409.860",
    ),
    Case("health.near_poor_subsidy", "changes", TODAY, says="5%; 31/12/2025; 2.530.000 đồng; 1/7/2026; 100%; 1/1/2026"),
    Case("health.near_poor_subsidy", "changes", "2025-11-24", says="5%; 31/12/2025", hides="100%"),
    Case(
        "health.card_procedure", "how_much", TODAY,
        says="nhiều nhất 409.860 đồng; nhiều nhất 683.100 đồng; nhiều nhất 956.340 đồng; 1.366.200 đồng; 956.340 đồng; "
        "819.720 đồng; 683.100 đồng; 546.480 đồng",
        papers="NĐ 161/2026/NĐ-CP, Điều 3 khoản 2",
    ),
    Case(
        "health.card_procedure", "how_much", EARLIER,
        says="1.263.600 đồng; 884.520 đồng; 758.160 đồng; 631.800 đồng; 505.440 đồng; 1/7/2026",
        papers="NĐ 73/2024/NĐ-CP", no_papers="NĐ 161/2026",
    ),
    Case("health.card_procedure", "how_much", "2026-04-30", says="758.160 đồng", hides="819.720; 546.480; 1.366.200"),
    Case(
        "health.card_procedure", "where", TODAY, says="1900 9068", hides="1900 9095; 1800 1096; 20/7/2026",
        papers="Luật 51/2024/QH15",
    ),
    Case("health.card_procedure", "where", "2025-06-30", no_papers="Luật 51/2024; NĐ 188/2025"),
    Case("health.card_procedure", "deadline", TODAY, hides="5 ngày; 30 ngày; 90 ngày"),
)  # fmt: skip

# --- health.coverage, .poor_card, .difficult_area_card, .nutrition --------------------------------------------------
HEALTH: Final = (
    Case(
        "health.coverage", "answer", TODAY, says="100%; 6 tuổi; từ đủ 75 tuổi", hides="95%; 80%",
        papers="Luật BHYT, Điều 22 khoản 1 điểm a; NQ 261/2025/QH15, Điều 2", read_until="2026-06",
    ),
    Case("health.coverage", "answer", "2026-01-01", says="100%", hides="95%", papers="NQ 261/2025/QH15, Điều 2"),
    Case("health.coverage", "answer", "2025-12-31", says="95%", hides="75 tuổi", no_papers="NQ 261/2025"),
    Case("health.coverage", "answer", "2025-06-30", says="95%", papers="Luật BHYT, Điều 22", no_papers="Luật 51/2024"),
    Case("health.coverage", "who", TODAY, says="100%; 1/1/2026; 6 tuổi; từ đủ 75 tuổi", hides="95%; 80%"),
    Case("health.coverage", "steps", TODAY, says="1900 9068"),
    Case("health.coverage", "not_known", TODAY, hides="80%; 379.500; 15.180.000; 15%; 5 năm"),
    Case(
        "health.poor_card", "answer", TODAY, says="100%",
        papers="Luật BHYT, Điều 12 khoản 3; Luật 51/2024/QH15; Luật BHYT, Điều 22 khoản 1 điểm a",
    ),
    Case("health.poor_card", "answer", "2025-06-30", says="100%", no_papers="Luật 51/2024"),
    Case("health.poor_card", "who", TODAY, hides="70%; 100%"),  # near-poor minority people: recalled only
    Case(
        "health.difficult_area_card", "answer", TODAY, says="100%; ít nhất 70%; 36 tháng",
        papers="Luật BHYT, Điều 12 khoản 3; NĐ 188/2025/NĐ-CP, Điều 6 khoản 6", no_papers="NĐ 75/2023",
    ),
    Case("health.difficult_area_card", "answer", "2025-08-14", says="100%", hides="70%; 36 tháng"),
    Case(
        "health.difficult_area_card", "how_much", TODAY, says="100%; nhiều nhất 34.155 đồng; 36 tháng",
        hides="31.590; 24.300",
    ),
    Case("health.difficult_area_card", "how_much", EARLIER, says="nhiều nhất 31.590 đồng; 36 tháng; 1/7/2026"),
    Case(
        "health.difficult_area_card", "changes", TODAY, says="15/8/2025", hides="31/10/2026; 1/11/2023",
        papers="QĐ 60/QĐ-BDTTG", no_papers="NĐ 75/2023; QĐ 861",
    ),
    Case("health.difficult_area_card", "changes", "2026-01-28", no_papers="QĐ 60/QĐ-BDTTG"),
    Case("health.nutrition", "answer", TODAY, says="115; 31/12/2025", papers="QĐ 90/QĐ-TTg"),
    Case("health.nutrition", "where", TODAY, no_papers="QĐ 90"),  # a programme that is over says nothing of today
    Case("health.nutrition", "changes", TODAY, says="31/12/2025", papers="NQ 257/2025/QH15"),
)  # fmt: skip

# --- social.monthly: NĐ 335/2026 gives two levels only; what is computed with a coefficient is not firm --------------
MONTHLY: Final = (
    Case(
        "social.monthly", "answer", TODAY, says="ít nhất 540.000 đồng; từ đủ 75 tuổi; từ đủ 70 tuổi; 1/7/2026",
        hides="500.000; 360.000; 80 tuổi", papers="NĐ 335/2026/NĐ-CP, Điều 4; NĐ 335/2026/NĐ-CP; NĐ 176/2025/NĐ-CP",
        no_papers="NĐ 20/2021; NĐ 76/2024", read_until="2026-06",
    ),
    Case(
        "social.monthly", "answer", EARLIER,
        says="ít nhất 500.000 đồng; từ đủ 75 tuổi; từ đủ 70 tuổi; 1/7/2026; ít nhất 540.000 đồng",
        papers="NĐ 76/2024/NĐ-CP; NĐ 176/2025/NĐ-CP",
    ),
    Case("social.monthly", "answer", "2026-07-01", says="ít nhất 540.000 đồng", hides="500.000"),
    Case(
        "social.monthly", "answer", "2025-06-30", says="từ đủ 80 tuổi; ít nhất 500.000 đồng; 1/7/2025", hides="70 tuổi",
    ),
    Case(
        "social.monthly", "who", "2025-06-30", says="từ đủ 80 tuổi; từ đủ 75 tuổi",  # 75: poor, near-poor, hard places
        hides="70 tuổi", papers="NĐ 20/2021/NĐ-CP, Điều 5 khoản 5",
    ),
    Case("social.monthly", "who", TODAY, says="từ đủ 75 tuổi; từ đủ 70 tuổi", hides="80 tuổi", no_papers="NĐ 20/2021"),
    Case("social.monthly", "answer", NEXT_YEAR, says="ít nhất 540.000 đồng; từ đủ 75 tuổi; từ đủ 70 tuổi"),
    Case(
        "social.monthly", "how_much", TODAY, says="ít nhất 540.000 đồng",
        hides="500.000; 750.000; 810.000; 1.080.000; 1.350.000; 1.620.000; 10.000.000; 10.800.000",
        no_papers="NĐ 20/2021",
    ),
    Case(
        "social.monthly", "how_much", EARLIER,
        says="ít nhất 500.000 đồng; ít nhất 750.000 đồng; ít nhất 1.000.000 đồng; ít nhất 1.250.000 đồng; "
        "ít nhất 10.000.000 đồng; 30/6/2026",
        hides="810.000; 1.080.000; 1.350.000",
        papers="NĐ 20/2021/NĐ-CP, Điều 6; NĐ 20/2021/NĐ-CP, Điều 11; NĐ 76/2024/NĐ-CP",
    ),
    Case(
        "social.monthly", "how_much", "2026-10-04", says="ít nhất 10.000.000 đồng; 4/10/2026",
        hides="750.000; 10.800.000",
    ),
    Case("social.monthly", "deadline", "2026-10-04", says="nhiều nhất 10 ngày làm việc", hides="22 ngày làm việc"),
    Case(
        "social.monthly", "deadline", "2026-10-05", says="4/10/2026; nhiều nhất 10 ngày làm việc",
        hides="22 ngày làm việc; 7 ngày làm việc", papers="NĐ 176/2025/NĐ-CP",
    ),
    Case("social.monthly", "changes", TODAY, says="ít nhất 540.000 đồng; 1/7/2026; từ đủ 75 tuổi; 1/7/2025"),
)  # fmt: skip

# --- social.emergency: the sums of NĐ 20/2021 ended on 4/10/2026 and are history ------------------------------------
EMERGENCY: Final = (
    Case(
        "social.emergency", "answer", TODAY, says="114; 115", hides="40.000.000; 15 kg",
        papers="NĐ 335/2026/NĐ-CP", no_papers="NĐ 20/2021", read_until="2026-09",
    ),
    Case(
        "social.emergency", "how_much", "2026-10-04",
        says="15 kg; ít nhất 40.000.000 đồng; ít nhất 30.000.000 đồng; ít nhất 20.000.000 đồng; 4/10/2026",
        papers="NĐ 20/2021/NĐ-CP, Điều 15 khoản 1; NĐ 20/2021/NĐ-CP, Điều 15 khoản 2; "
        "NĐ 20/2021/NĐ-CP, Điều 15 khoản 3",
    ),
    Case("social.emergency", "how_much", EARLIER, says="ít nhất 25.000.000 đồng", papers="NĐ 20/2021/NĐ-CP, Điều 14"),
    Case(
        "social.emergency", "how_much", TODAY,
        says="4/10/2026; 15 kg; ít nhất 40.000.000 đồng; ít nhất 30.000.000 đồng; ít nhất 20.000.000 đồng",
        hides="25.000.000; 27.000.000; 5.400.000; 60.000.000; 3 tháng",
    ),
    Case("social.emergency", "changes", TODAY, says="4/10/2026", papers="NĐ 335/2026/NĐ-CP"),
)  # fmt: skip

# --- social.electricity, .legal_aid --------------------------------------------------------------------------------
REST: Final = (
    Case(
        "social.electricity", "answer", TODAY,
        says="30 kWh; khoảng 64.000 đồng; khoảng 193.000 đồng; 1.984 đồng; 8%; nhiều nhất 50 kWh; 31/12/2026",
        hides="64.282; 61.333; 65.472",
        papers="QĐ 28/2014/QĐ-TTg, Điều 3; QĐ 1279/QĐ-BCT; NQ 204/2025/QH15; QĐ 60/2014/QĐ-TTg, Điều 1",
        read_until="2026-06",
    ),
    Case("social.electricity", "answer", EARLIER, says="khoảng 64.000 đồng", hides="31/12/2026"),
    Case("social.electricity", "how_much", "2026-12-31", says="khoảng 64.000 đồng; 31/12/2026"),
    Case(
        "social.electricity", "answer", "2027-01-01", says="30 kWh; nhiều nhất 50 kWh",
        hides="64.000; 193.000; 65.000; 65.472; 1.984; 8%; 10%", no_papers="NQ 204/2025; QĐ 1279",
    ),
    Case("social.electricity", "how_much", NEXT_YEAR, says="30 kWh", hides="64.000; 193.000; 65.000; 196.000"),
    Case("social.electricity", "changes", NEXT_YEAR, says="8%; 31/12/2026", hides="10%"),
    Case("social.legal_aid", "answer", TODAY, says="113", papers="Luật Trợ giúp pháp lý 2017"),
    Case("social.legal_aid", "papers", TODAY, hides="5 ngày", papers="Thông tư 08/2017/TT-BTP, Điều 33"),
)  # fmt: skip

CASES: Final = STANDARD + LISTS + PREMIUM + HEALTH + MONTHLY + EMERGENCY + REST

# What no part of these topics says on any of DAYS: over, from a draft, recalled, of another province, of one file only.
DEAD: Final = {
    "poverty.": "2.250.000; 3.000.000; 1.750.000; 1.900.000; 2.500.000; 700.000; 900.000; 8 m²; 140 điểm; 50%",
    "health.": "95%; 80%; 15-20%; 2.527.200; 379.500; 15.180.000; 14.040.000; 105.300; 24.300; 28.462; 22.770; 25%; "
    "20%; 5 ngày làm việc; 90 ngày; 31/10/2026",
    "social.monthly": "360.000; 650.000; 700.000; 3.012.000; 810.000; 1.080.000; 1.350.000; 1.620.000; 10.800.000; "
    "22 ngày làm việc",
    "social.emergency": "27.000.000; 5.400.000; 3.600.000; 60.000.000; 5.000.000; 1.000.000; 500.000",
    "social.electricity": "46.000; 49.000; 55.000; 57.000; 61.333; 64.282; 65.472; 192.845",
    "social.legal_aid": "5 ngày làm việc; 16 tuổi; 18 tuổi",
}


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(read(REAL)[0])


def in_english(figure: str) -> str:
    """The same figure as the English text writes it."""
    whole_day = re.fullmatch(r"(\d+)/(\d+)/(\d{4})", figure)
    if whole_day:
        day, month, year = map(int, whole_day.groups())
        return spell_day(date(year, month, day), Language.EN)
    figure = figure.translate(str.maketrans(".,", ",."))
    for vi, en in (
        ("nhiều nhất ", "at most "), ("ít nhất ", "at least "), ("khoảng ", "about "), (" đồng", " VND"),
        (" ngày làm việc", " working days"), (" ngày", " days"), (" tháng", " months"), (" năm", " years"),
        (" điểm", " points"),
    ):  # fmt: skip
        figure = figure.replace(vi, en)
    return re.sub(r"^từ đủ (\d+) tuổi$", r"\1 or older", figure).removesuffix(" tuổi")


def read_until(case: Case, language: Language) -> str:
    """The last words of a part: how far our reading goes; nothing where a case does not say."""
    return f"{spell_month(date.fromisoformat(f'{case.read_until}-01'), language)}." if case.read_until else ""


def split(figures: str) -> list[str]:
    return [figure for figure in figures.split("; ") if figure]


def said(part: RenderedPart) -> str:
    """What is read above the papers: the text and what changes soon."""
    paragraphs = plain(parse(part.text)).split("\n\n")
    return "\n".join(each for each in paragraphs if not each.startswith(("Nguồn: ", "Source: ")))


def says(text: str, figure: str, language: Language) -> bool:
    """Whether a text holds the figure, whole: 15 is not in 150.000, and 5% not in 4,5%."""
    words = figure if language is Language.VI else in_english(figure)
    return re.search(rf"(?<![\d.,/]){re.escape(words)}(?![\d/]|[.,]\d)", text) is not None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_part_says_the_figures_and_papers_of_its_day(renderer: Renderer, case: Case, language: Language) -> None:
    part = renderer.render_part(case.topic, case.part, language, date.fromisoformat(case.day))
    text = said(part)

    assert [figure for figure in split(case.says) if not says(text, figure, language)] == []
    assert [figure for figure in split(case.hides) if says(text, figure, language)] == []
    assert [paper for paper in split(case.papers) if paper not in part.sources] == []
    assert [paper for paper in split(case.no_papers) if paper in "; ".join(part.sources)] == []
    assert plain(parse(part.text)).endswith(read_until(case, language))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("subject", DEAD)
def test_no_part_says_a_figure_that_is_over_or_not_firm(renderer: Renderer, subject: str, day: str) -> None:
    wrong = []

    for topic_id, topic in renderer.catalogue.topics.items():
        for part in topic.parts if topic_id.startswith(subject) else ():
            for language in Language:
                text = said(renderer.render_part(topic_id, part, language, date.fromisoformat(day)))
                wrong += [(topic_id, part, fig) for fig in split(DEAD[subject]) if says(text, fig, language)]

    assert wrong == []
