"""The console's words by gettext: msgids are English, content/locale holds the translations (.po, read as they are).

Words that Python chooses are marked by `mark`, so that the check of the translations finds them.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.approvals import Objection
from bot.core.approvals import Stage as Ruled
from bot.core.audience import Left
from bot.core.campaigns import CHANGED, EXPIRED, HELP, MISSED, OK, Delivered, Skip, State
from bot.core.campaigns import TROUBLES as TOO_MANY
from bot.core.editing import Kind, Stage
from bot.core.handover import BY_STAFF, DISTRESS, QUESTION, Reason
from bot.core.lead_questions import PlacementResult
from bot.core.lead_record import Result
from bot.core.leads import Deed, LeadState
from bot.core.leads import Reason as LeadReason
from bot.core.matching import Point
from bot.core.staff import Role, Standing
from bot.core.tallies import Measure, Wait
from bot.core.types import Language
from bot.core.vacancy_sheet import Problem
from bot.services import campaigns, handovers
from bot.services.confirming import Doubt
from bot.services.editing import Trouble as Obstacle
from bot.services.invitations import Fault
from bot.services.leads import Trouble as LeadTrouble
from bot.services.staff import Trouble

LOCALE: Final = Path(__file__).parents[2] / "content" / "locale"


def mark(text: str) -> str:
    """Name a word of the console without translating it yet."""
    return text


def po_file(language: Language) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "console.po"


@cache
def translations(language: Language) -> GNUTranslations:
    with po_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


ROLES: Final[Mapping[Role, str]] = {
    Role.ADMIN: mark("Administrator"),
    Role.SUPERVISOR: mark("Supervisor"),
    Role.EDITOR: mark("Editor"),
    Role.APPROVER: mark("Approver"),
    Role.COUNSELLOR: mark("Counsellor"),
    Role.VIEWER: mark("Viewer"),
}
DUTIES: Final[Mapping[Role, str]] = {
    Role.ADMIN: mark("Invites staff, gives roles, reads the log, answers privacy requests."),
    Role.SUPERVISOR: mark("Takes over what waits too long, and calls for help in distress."),
    Role.EDITOR: mark("Writes texts and announcements, answers questions."),
    Role.APPROVER: mark("Approves what colleagues wrote, never their own."),
    Role.COUNSELLOR: mark("Answers and calls people of their own communes."),
    Role.VIEWER: mark("Reads reports."),
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.INVITED: mark("Invited, has not come yet"),
    Standing.ACTIVE: mark("Works here"),
    Standing.ENDED: mark("Ended"),
}
TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.NO_NAME: mark("Write a name."),
    Trouble.NAME_TAKEN: mark("Somebody else has this name already. Add a word that tells the two apart."),
    Trouble.NO_ROLE: mark("Choose at least one role."),
    Trouble.NO_COMMUNE: mark("A counsellor needs at least one commune."),
    Trouble.ODD_COMMUNE: mark("One of these communes does not exist today."),
    Trouble.OWN: mark("You cannot do this to yourself. Ask another administrator."),
    Trouble.NOT_THERE: mark("This member is not there."),
    Trouble.ENDED: mark("This member has ended. Invite them anew under another name."),
}
FAULTS: Final[Mapping[Fault, str]] = {
    Fault.GONE: mark("This link does not count any more. Ask an administrator for a new one."),
    Fault.NO_NAME: mark("Write your name, so that colleagues know who you are."),
    Fault.NAME_TAKEN: mark("Somebody else has this name already. Add a word that tells the two apart."),
    Fault.LENGTH: mark("The password needs 12 signs or more, at most 256."),
    Fault.CODE: mark(
        "This code is not right. Wait for the next one on your phone and type that. Is the phone's clock right?"
    ),
}
YES_NO: Final[Mapping[str, str]] = {"yes": mark("Yes"), "no": mark("No")}
PAY: Final[Mapping[str, str]] = {"month": mark("VND a month"), "day": mark("VND a day")}
LEAD_STATES: Final[Mapping[LeadState, str]] = {
    LeadState.NEW: mark("New, nobody's"),
    LeadState.CLAIMED: mark("Taken, not reached yet"),
    LeadState.CONTACTED: mark("Spoken to"),
    LeadState.ADVISED: mark("Advised"),
    LeadState.INTRODUCED: mark("Introduced to a job"),
    LeadState.TRAINING: mark("In training"),
    LeadState.PLACED: mark("Has a job"),
    LeadState.CLOSED: mark("Closed"),
}
LEAD_DEEDS: Final[Mapping[Deed, str]] = {
    Deed.CONTACT: mark("Spoken to"),
    Deed.ADVISE: mark("Advised"),
    Deed.INTRODUCE: mark("Introduced to a job"),
    Deed.TRAIN: mark("Sent to training"),
    Deed.PLACE: mark("Has a job now"),
    Deed.CLOSE: mark("Close it"),
}
LEAD_REASONS: Final[Mapping[LeadReason, str]] = {
    LeadReason.FOUND_WORK: mark("Found work"),
    LeadReason.NOT_REACHED: mark("Not reached after several calls"),
    LeadReason.NOT_WANTED: mark("Does not look for work any more"),
    LeadReason.NOTHING_FITS: mark("Nothing fits for now"),
    LeadReason.MOVED: mark("Moved away"),
    LeadReason.DUPLICATE: mark("Registered twice"),
    LeadReason.WITHDRAWN: mark("Withdrawn by the seeker"),
}
RESULTS: Final[Mapping[Result, str]] = {
    Result.REACHED: mark("Reached"),
    Result.NO_ANSWER: mark("No answer"),
    Result.CALL_BACK: mark("Wants to be called at another time"),
    Result.WRONG_NUMBER: mark("Wrong number"),
}
LEAD_TROUBLES: Final[Mapping[LeadTrouble, str]] = {
    LeadTrouble.NOT_THERE: mark("This job-seeker is not there any more."),
    LeadTrouble.TAKEN: mark("A colleague was a moment earlier and has taken this one."),
    LeadTrouble.NOT_YOURS: mark("This job-seeker is a colleague's."),
    LeadTrouble.NOT_NOW: mark("That is not possible any more: it has moved on meanwhile."),
    LeadTrouble.NO_RESULT: mark("Say how the call ended."),
    LeadTrouble.NOT_REACHED: mark("Nobody was spoken to in this call, so nothing can have come of it but closing."),
    LeadTrouble.ODD_DAY: mark("The next step must be today or later, within half a year."),
    LeadTrouble.NO_REASON: mark("Closing needs a reason: the seeker is told kindly."),
    LeadTrouble.NO_STEP: mark("Write what comes next, and on which day: nobody must be forgotten."),
    LeadTrouble.NOT_CONFIRMED: mark(
        "Somebody else registered this person. Ask first whether they agree, and tick it; if not, erase it."
    ),
    LeadTrouble.NO_VACANCY: mark("Choose which vacancy, one that is open; without it nothing is sent to the seeker."),
    LeadTrouble.NO_COLLEAGUE: mark("Choose a colleague who works for this commune."),
}
PLACEMENT_RESULTS: Final[Mapping[str, str]] = {
    PlacementResult.ASKED: mark("Asked, no answer yet"),
    PlacementResult.UNREACHED: mark("Could not be asked in the chat"),
    PlacementResult.WORKING: mark("Still works there"),
    PlacementResult.LEFT: mark("Does not work there any more"),
}  # fmt: skip
MEASURES: Final[Mapping[Measure, str]] = {
    Measure.REGISTERED: mark("Registrations"),
    Measure.IN_TIME: mark("Spoken to within a working day"),
    Measure.PLACED: mark("Found a job"),
    Measure.LASTING: mark("Still working after 90 days"),
}
WAITS: Final[Mapping[Wait, str]] = {
    Wait.IN_TIME: mark("Within a working day"),
    Wait.THREE_DAYS: mark("Up to three days"),
    Wait.WEEK: mark("Up to a week"),
    Wait.LONGER: mark("Longer than a week"),
    Wait.NOT_YET: mark("Not yet"),
}
VACANCY_COLUMNS: Final[Mapping[str, str]] = {
    "number": mark("Number at its source"), "title": mark("Name of the work"), "employer": mark("Employer"),
    "count": mark("Places"), "place": mark("Where the work is"), "where": mark("Region"), "wage": mark("Pay"),
    "hours": mark("Hours"), "purpose": mark("For how long"), "schooling": mark("Schooling asked for"),
    "training": mark("Training asked for"), "description": mark("About the work"), "contact": mark("Contact"),
    "phone": mark("Phone"), "deadline": mark("Last day"), "source": mark("Source"), "posted": mark("Day of the source"),
}  # fmt: skip
VACANCY_STATES: Final[Mapping[str, str]] = {
    "open": mark("Open"), "over": mark("Last day has passed"), "ended": mark("Taken down"),
}  # fmt: skip
# What is wrong with a cell, and what to do. %(value)s: what stands there; %(words)s: what might stand there instead.
VACANCY_PROBLEMS: Final[Mapping[Problem, str]] = {
    Problem.MISSING: mark("is missing. Fill it in: it is shown to job-seekers."),
    Problem.TOO_LONG: mark("is too long. Write at most %(words)s signs."),
    Problem.NO_DAY: mark("“%(value)s” is no day. Write it like 31/12/2026."),
    Problem.OVER: mark("“%(value)s” has passed. Ask for a later last day, or leave the line out."),
    Problem.ORDER: mark("“%(value)s” is later than today or than the last day. Mend one of the two."),
    Problem.NO_PHONE: mark("“%(value)s” is no phone number. Write one number, with its first zero."),
    Problem.NO_COUNT: mark("“%(value)s” is no number of people. Write it with digits, without words."),
    Problem.NO_PAY: mark(
        "“%(value)s” cannot be read. Write it like “6 - 8 triệu”, “250 ngàn một ngày” or “thỏa thuận”."
    ),
    Problem.NO_CHOICE: mark("“%(value)s” is none of the known words. Write one of: %(words)s."),
    Problem.WHICH_PLACE: mark("“%(value)s” may be several communes. Write the one of today: %(words)s."),
    Problem.TWICE: mark("“%(value)s” stands in line %(words)s already: same employer, work and place, or same number."),
    Problem.NO_COLUMN: mark("There is no such column. Add it to the first line."),
    Problem.NO_ROWS: mark("There is no line with a vacancy in the first sheet."),
    Problem.TOO_MANY: mark("%(value)s lines are too many at once. Cut the file into parts of at most %(words)s."),
}
MATCH_POINTS: Final[Mapping[Point, str]] = {
    Point.TRADE: mark("right trade"), Point.ANYTHING: mark("takes any work"), Point.COMMUNE: mark("same commune"),
    Point.REACHABLE: mark("where they want to work"), Point.PAY: mark("pays what is wished"),
    Point.HOURS: mark("fitting hours"), Point.PURPOSE: mark("lasts as wished"),
    Point.SCHOOLING: mark("schooling is enough"), Point.TRAINING: mark("training is enough"),
    Point.FAR: mark("farther than wished"), Point.LOW_PAY: mark("pays less than wished"),
    Point.OTHER_HOURS: mark("other hours"), Point.OTHER_PURPOSE: mark("lasts otherwise"),
    Point.MORE_SCHOOLING: mark("asks for more schooling"), Point.MORE_TRAINING: mark("asks for more training"),
}  # fmt: skip
DEEDS: Final[Mapping[str, str]] = {
    "seen": mark("looked at"),
    "listed": mark("looked at the list"),
    "exported": mark("took along as a spreadsheet"),
    "filled": mark("filled with invented data"),
    "invited": mark("invited"),
    "linked": mark("made a new link for"),
    "joined": mark("used their link"),
    "assigned": mark("changed the roles of"),
    "ended": mark("ended the access of"),
    "signed_in": mark("signed in"),
    "signed_out_everywhere": mark("signed out everywhere"),
    "bound": mark("connected Telegram of"),
    "claimed": mark("took"),
    "answered": mark("answered"),
    "released": mark("gave back"),
    "handed": mark("handed on"),
    "closed": mark("closed"),
    "submitted": mark("asked for approval of"),
    "approved": mark("approved"),
    "refused": mark("refused"),
    "withdrawn": mark("took back"),
    "called": mark("called"),
    "handed_over": mark("handed over"),
    "erased": mark("erased"),
    "drafted": mark("drafted"),
    "asked": mark("asked"),
    "imported": mark("imported"),
    "added": mark("added"),
    "changed": mark("changed"),
    "taken_down": mark("took down"),
    "dropped": mark("threw away"),
    "written": mark("wrote to the content"),
    "tested": mark("sent to their own Telegram"),
    "scheduled": mark("scheduled"),
    "sent": mark("began to send"),
    "paused": mark("paused"),
    "resumed": mark("went on with"),
    "resent": mark("sent again, to whom it may not have reached,"),
    "cancelled": mark("cancelled"),
    "voided": mark("asked anew for approval of, because it had changed,"),
    "shown_by_server": mark("had the server show"),
    "exported_by_server": mark("had the server export"),
    "erased_by_server": mark("had the server erase"),
}
SUBJECTS: Final[Mapping[str, str]] = {
    "staff": mark("member of staff"),
    "audit": mark("log of deeds"),
    "demonstration": mark("demonstration"),
    "slip": mark("slip"),
    "handover": mark("question passed to staff"),
    "call": mark("call for help"),
    "lead": mark("job-seeker"),
    "vacancy": mark("vacancies"),
    "question": mark("questions nobody answered"),
    "person": mark("person"),
    "privacy_request": mark("privacy request"),
    "content": mark("change of the content"),
    "campaign": mark("announcement"),
}
HANDOVER_KINDS: Final[Mapping[str, str]] = {QUESTION: mark("Question"), DISTRESS: mark("Call for help")}
LANGUAGES: Final[Mapping[str, str]] = {Language.VI: mark("Vietnamese"), Language.EN: mark("English")}
REASONS: Final[Mapping[str, str]] = {
    Reason.ANSWERED: mark("Answered"),
    Reason.ELSEWHERE: mark("Somebody else deals with it"),
    Reason.SILENT: mark("The person did not come back"),
    Reason.BY_PERSON: mark("Ended by the person"),
}
CLOSING: Final = BY_STAFF
HANDOVER_TROUBLES: Final[Mapping[handovers.Trouble, str]] = {
    handovers.Trouble.NOT_THERE: mark("This is not there any more."),
    handovers.Trouble.TAKEN: mark("A colleague was faster and has it now."),
    handovers.Trouble.NOT_YOURS: mark("You do not have this one, so nothing was sent or changed."),
    handovers.Trouble.EMPTY: mark("There are no words yet. Nothing was sent."),
    handovers.Trouble.TOO_LONG: mark("This is too long for one message. Shorten it; nothing was sent."),
    handovers.Trouble.STOPPED: mark("The person has stopped us. Nothing was sent."),
    handovers.Trouble.NO_REASON: mark("Choose why it is closed."),
    handovers.Trouble.NOT_FOR_THEM: mark("This colleague may not have it."),
}
KINDS: Final[Mapping[Kind, str]] = {
    Kind.EXAMPLE: mark("One more example"),
    Kind.WORD: mark("Abbreviation"),
    Kind.SYNONYM: mark("Word of the same meaning"),
    Kind.FIGURE: mark("Figure checked"),
    Kind.CONDITION: mark("Condition checked"),
    Kind.TOPIC: mark("Topic to be written"),
}
STAGES: Final[Mapping[Stage, str]] = {
    Stage.DRAFT: mark("Draft"),
    Stage.SUBMITTED: mark("Waits for a second person"),
    Stage.APPROVED: mark("Approved, not in the content folder yet"),
    Stage.WRITTEN: mark("In the content"),
    Stage.REFUSED: mark("Refused"),
    Stage.DROPPED: mark("Thrown away"),
}
RULINGS: Final[Mapping[Ruled, str]] = {
    Ruled.WAITING: mark("Waits for a second person"),
    Ruled.APPROVED: mark("Approved"),
    Ruled.REFUSED: mark("Refused"),
    Ruled.WITHDRAWN: mark("Taken back"),
}
OBJECTIONS: Final[Mapping[Objection, str]] = {
    Objection.OWN: mark("Nobody approves or refuses what they wrote themselves. Ask a colleague."),
    Objection.NOT_YOURS: mark("Only who wrote it takes it back."),
    Objection.CHANGED: mark("It is no longer what was submitted. Ask the author to submit it again."),
    Objection.OVER: mark("The time for this is over. Ask the author to submit it again."),
    Objection.DECIDED: mark("This was decided already."),
    Objection.TWICE: mark("You have said yes already. An emergency needs a second colleague."),
    Objection.NOT_READY: mark("What this changes is still being measured. Look again in a few minutes."),
}
OBSTACLES: Final[Mapping[Obstacle, str]] = {
    Obstacle.EMPTY: mark("Fill in every field."),
    Obstacle.LONG: mark("Shorter, please: at most 300 characters."),
    Obstacle.PERSONAL: mark("There is a phone number, an e-mail address, a card or an ID number in it. Take it out."),
    Obstacle.MEASURED_WITH: mark("This is one of the questions by which the office measures. Take another one."),
    Obstacle.NOT_THERE: mark("Its place in the content is not there, or it cannot be changed in this way."),
    Obstacle.THERE_ALREADY: mark("The content says so already."),
    Obstacle.CHECK: mark("The check of the content finds something wrong with it."),
    Obstacle.NOT_NOW: mark("This cannot be done now. Look at the page again; a day must not lie in the future."),
}
DOUBTS: Final[Mapping[Doubt, str]] = {
    Doubt.UNCONFIRMED: mark("Not sure: people are not told this figure"),
    Doubt.NO_DOCUMENT: mark("Told with a note: the document is missing"),
    Doubt.UNCHECKED: mark("Read in the document, not checked by the office"),
    Doubt.CHECKED: mark("Checked by the office"),
}
CHANNELS: Final[Mapping[str, str]] = {"web": mark("Web chat"), "telegram": "Telegram", "terminal": mark("Terminal")}
COUNTED: Final[Mapping[str, str]] = {
    "right": mark("right"), "offered": mark("offered"), "wrong": mark("wrong"), "none": mark("not answered"),
}  # fmt: skip
PRIVACY_KINDS: Final[Mapping[str, str]] = {
    "show": mark("To be shown, explained"),
    "correct": mark("To have it corrected"),
    "withdraw": mark("To withdraw consent"),
    "restrict": mark("To restrict its use"),
    "object": mark("To object to its use"),
    "erase": mark("To have it erased elsewhere"),
    "other": mark("Something else"),
}
CAMPAIGN_STATES: Final[Mapping[State, str]] = {
    State.DRAFT: mark("Draft"),
    State.SUBMITTED: mark("Waits for a second person"),
    State.APPROVED: mark("Approved"),
    State.SCHEDULED: mark("Scheduled"),
    State.SENDING: mark("Is being sent"),
    State.PAUSED: mark("Paused"),
    State.DONE: mark("Done"),
    State.CANCELLED: mark("Cancelled"),
}
CAMPAIGN_REASONS: Final[Mapping[str, str]] = {
    EXPIRED: mark("nobody sent it within 14 days of being submitted"),
    CHANGED: mark("a figure or text in it changed"),
    MISSED: mark("its moment went by while the service did not run; choose a new one"),
    TOO_MANY: mark("too many messages were refused or timed out; look at the channel, then go on"),
}
CAMPAIGN_TROUBLES: Final[Mapping[campaigns.Trouble, str]] = {
    campaigns.Trouble.NOT_THERE: mark("This is not there any more."),
    campaigns.Trouble.NOT_NOW: mark("This cannot be done where it stands now."),
    campaigns.Trouble.PROBLEMS: mark("It cannot be sent as it is written."),
    campaigns.Trouble.NO_OPERATOR: mark("No office runs this service yet, so nothing can be sent in its name."),
    campaigns.Trouble.CHANGED: mark("It is no longer what was approved. A second person looks at it again."),
    campaigns.Trouble.PAST: mark("Choose a moment that is still to come."),
    campaigns.Trouble.TOO_LATE: mark("That is after its last day, or its approval (14 days) is over by then."),
    campaigns.Trouble.NOT_BOUND: mark("Connect your own Telegram first, on the page of your account."),
    campaigns.Trouble.NOBODY: mark("There is nobody whom it may not have reached."),
}
CAMPAIGN_BUTTONS: Final[Mapping[str, str]] = {
    "eligibility": mark("See what my household can get"),
    "job": mark("Register for work"),
    "ok": mark("“Got it”: counted"),
    "help": mark("“I need help”: passed to staff"),
}
DELIVERED: Final[Mapping[Delivered, str]] = {
    Delivered.PENDING: mark("Waits"),
    Delivered.SENDING: mark("On its way"),
    Delivered.SENT: mark("Sent"),
    Delivered.BLOCKED: mark("Stopped us"),
    Delivered.REFUSED: mark("Refused by the channel"),
    Delivered.UNSURE: mark("May have arrived"),
    Delivered.SKIPPED: mark("Passed over"),
}
DELIVERY_REASONS: Final[Mapping[str, str]] = {
    Skip.OPTED_OUT: mark("no longer subscribed"),
    Skip.STOPPED: mark("stopped us altogether"),
    Skip.ERASED: mark("erased their data"),
    Skip.CAP: mark("had as many announcements as one may get"),
    Skip.OUT_OF_DATE: mark("it did not hold any more"),
    Skip.CANCELLED: mark("it was cancelled"),
    "restart": mark("the service stopped in the middle"),
}
LEFT: Final[Mapping[Left, str]] = {
    Left.STOPPED: mark("stopped us altogether"),
    Left.UNREACHABLE: mark("cannot be reached (cookie ended, or the channel is off)"),
    Left.LANGUAGE: mark("reads another language"),
    Left.COMMUNE: mark("of another commune"),
    Left.COMMUNE_UNTOLD: mark("did not let us know their commune"),
    Left.CLASS: mark("of another household class"),
    Left.CLASS_UNTOLD: mark("did not let us know their household class"),
    Left.NO_JOB_SEEKER: mark("did not say that they look for work"),
}
PARTS: Final[Mapping[str, str]] = {
    "state": mark("State"), "channel": mark("Channel"), "language": mark("Language"), "commune": mark("Commune"),
    "answer": mark("Answer"), "seen": mark("Seen"),
}  # fmt: skip
ANSWERS: Final[Mapping[str, str]] = {OK: mark("Got it"), HELP: mark("Needs help")}
