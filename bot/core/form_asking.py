"""The questions of a registration, with their buttons; and the page on which everything is read once more."""

from typing import Any, Final

from bot.core.eligibility.facts import NO, YES
from bot.core.forms import Field, FieldKind, shown
from bot.core.home import MENU
from bot.core.paper import CONSENT, ME, OTHER, REVIEW, WHOM, Sheet
from bot.core.types import Button, Reply

GO: Final = Button("f:go", "button.form_go_on")
BACK: Final = Button("f:back", "button.back")
REGISTER: Final = Button("f:start", "button.register")
_CHOSEN: Final = (FieldKind.CHOICE, FieldKind.WAGE)


def ask(sheet: Sheet, noted: str = "") -> tuple[Reply, ...]:
    """What the paper stands at. `noted`: a field whose answer is read back first, for it could be read wrongly."""
    at, field = sheet.paper.at, sheet.field
    if at == CONSENT:
        params = {"operator": sheet.world.operator, "days": sheet.world.retention.lead}
        return (Reply("register.consent", params, (Button("f:yes", "button.agree"), Button("f:no", "button.no"))),)
    if at == WHOM:
        whom = (Button(f"f:{ME}", "button.register_me"), Button(f"f:{OTHER}", "button.register_other"))
        return (Reply("register.whom", {}, whom),)
    if field is None:
        return review(sheet) if at == REVIEW else ()
    note = line(sheet, noted) if noted else None
    if needs_agreement(sheet, field):
        agree = (Button(f"f:ok:{field.id}", "button.agree"), Button(f"f:skip:{field.id}", "button.not_told"))
        params = {"label": field.label, "noted": note}
        return (Reply("register.agree", params, (*agree, Button(f"f:why:{field.id}", "button.why"), BACK)),)
    return (Reply("register.ask", {"question": question(sheet, field), "noted": note}, buttons(field)),)


def ask_again(sheet: Sheet, key: str, **params: Any) -> tuple[Reply, ...]:
    """Say one thing first; the question stays, with its buttons."""
    *before, last = ask(sheet)
    return (*before, Reply(key, params, last.buttons))


def review(sheet: Sheet) -> tuple[Reply, ...]:
    """Everything that was told. It holds name and phone: shown once, and not kept in the conversation."""
    page = Reply("register.review", {"rows": lines(sheet), "is_other": sheet.paper.whom == OTHER}, guarded=True)
    send = Button("f:send", "button.save_changes" if sheet.paper.lead else "button.send")
    choose = (send, Button("f:change", "button.change_answer"), BACK, MENU)
    return page, Reply("register.is_it_right", {"is_change": bool(sheet.paper.lead)}, choose)


def lines(sheet: Sheet) -> tuple[dict[str, Any], ...]:
    """The answers that count, as rows for a text: field, value, and the place's name where it is one."""
    return tuple(line(sheet, name) for name in sheet.counted())


def line(sheet: Sheet, name: str) -> dict[str, Any]:
    field, value = sheet.form.fields[name], sheet.paper.told[name]
    value = national(value) if field.kind is FieldKind.PHONE else value
    return {"label": field.label, "kind": field.kind, "value": value, "choice": field.choices.get(value),
            "place": _place(sheet, value) if field.kind is FieldKind.PLACE else "", **_wage(field, value)}  # fmt: skip


def change(sheet: Sheet) -> Reply:
    """Which of the answers to change: a button each."""
    fields = shown(sheet.form, sheet.paper.told, sheet.world.day)
    picks = tuple(Button(f"f:c:{each.id}", f"field:{sheet.form.id}:{each.id}") for each in fields)
    return Reply("register.change_which", {}, (*picks, GO))


def question(sheet: Sheet, field: Field) -> Any:
    return field.question_other if sheet.paper.whom == OTHER else field.question


def needs_agreement(sheet: Sheet, field: Field) -> bool:
    return field.sensitive and field.id not in sheet.paper.agreed


def buttons(field: Field) -> tuple[Button, ...]:
    picks: tuple[Button, ...] = ()
    if field.kind is FieldKind.YES_NO:
        picks = (Button(f"f:a:{field.id}:{YES}", "button.yes"), Button(f"f:a:{field.id}:{NO}", "button.no"))
    elif field.kind in _CHOSEN:
        picks = tuple(Button(f"f:a:{field.id}:{word}", f"form:{field.id}:{word}") for word in field.choices)
    skip = () if field.required else (Button(f"f:skip:{field.id}", "button.skip"),)
    return (*picks, *skip, Button(f"f:why:{field.id}", "button.why"), BACK)


def national(phone: str) -> str:
    """+84912345678 as people here read it: 0912345678."""
    return f"0{phone.removeprefix('+84')}" if phone.startswith("+84") else phone


def _place(sheet: Sheet, value: str) -> str:
    new_code, _, old_code = value.partition(":")
    of_code = [each for each in sheet.world.catalogue.places if each.new_code == new_code]
    old = next((each.old_name for each in of_code if each.old_code == old_code and each.old_name != each.new_name), "")
    name = f"{of_code[0].new_type} {of_code[0].new_name}" if of_code else ""
    return f"{name} ({old})" if old and name else name


def _wage(field: Field, value: str) -> dict[str, Any]:
    """The ends of a wage, in VND, and what for; nothing of other fields."""
    amount, _, per = value.partition("/")
    low, _, high = amount.partition("-")
    is_wage = field.kind is FieldKind.WAGE and bool(per)
    return {"low": int(low) if is_wage else 0, "high": int(high) if is_wage and high else 0, "per": per}
