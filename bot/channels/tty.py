"""`bot chat`: the conversation in a terminal. Buttons are numbered; typing a number presses one."""

from collections.abc import Callable
from typing import Final

from bot.core.markup import parse, plain
from bot.core.types import Address, Incoming, Kind, RenderedButton
from bot.services.ports import Clock, Intake

ADDRESS: Final = Address("terminal", "local")


async def chat(intake: Intake, clock: Clock, read: Callable[[], str | None], write: Callable[[str], None]) -> None:
    """Talk until `read` gives None (end of input)."""
    buttons = await _turn(intake, clock, 0, Kind.START, "", write)
    number = 0
    while (line := read()) is not None:
        number += 1
        pressed = buttons[int(line) - 1] if line.isdecimal() and 1 <= int(line) <= len(buttons) else None
        kind, text = (Kind.CHOICE, pressed.action) if pressed else (Kind.TEXT, line)
        buttons = await _turn(intake, clock, number, kind, text, write)


async def _turn(
    intake: Intake, clock: Clock, number: int, kind: Kind, text: str, write: Callable[[str], None]
) -> tuple[RenderedButton, ...]:
    receipt = await intake.take(Incoming(ADDRESS, str(number), kind, text, clock.now()))
    shown: list[RenderedButton] = []
    for reply in receipt.replies:
        write(plain(parse(reply.text)))
        for button in reply.buttons:
            shown.append(button)
            write(f"  [{len(shown)}] {button.label}")
        write("")
    return tuple(shown)
