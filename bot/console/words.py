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
from bot.core.editing import Kind, Stage
from bot.core.handover import BY_STAFF, DISTRESS, QUESTION, Reason
from bot.core.staff import Role, Standing
from bot.core.types import Language
from bot.services import handovers
from bot.services.confirming import Doubt
from bot.services.editing import Trouble as Obstacle
from bot.services.invitations import Fault
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
    "drafted": mark("drafted"),
    "dropped": mark("threw away"),
    "written": mark("wrote to the content"),
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
    "question": mark("questions nobody answered"),
    "person": mark("person"),
    "privacy_request": mark("privacy request"),
    "content": mark("change of the content"),
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
