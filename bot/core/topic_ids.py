"""The topic ids: a contract with evaluation sets and reports. A content folder has exactly these."""

from typing import Final

TOPIC_IDS: Final = (
    "poverty.standard", "poverty.registration", "poverty.certificate", "poverty.exit",
    "health.poor_card", "health.near_poor_subsidy", "health.difficult_area_card", "health.coverage",
    "health.card_procedure", "health.nutrition",
    "housing.poor_district", "housing.social_fund", "water.sanitation",
    "jobs.register", "jobs.counselling", "jobs.vacancies", "jobs.training", "jobs.overseas",
    "credit.production", "credit.job_creation", "credit.overseas_work", "credit.student", "credit.water_sanitation",
    "education.tuition", "education.boarding", "education.preschool_meals",
    "livelihood.models", "livelihood.agriculture", "infrastructure.communes",
    "social.monthly", "social.emergency", "social.electricity", "social.legal_aid",
    "programme.about", "programme.offices", "programme.information", "programme.complaint",
    "service.privacy", "service.subscription",
)  # fmt: skip

# Labels of a ranking that are no topic.
LABEL_IDS: Final = (
    "smalltalk.greeting", "smalltalk.thanks", "smalltalk.bye", "handoff.human", "out_of_scope", "distress",
)  # fmt: skip
