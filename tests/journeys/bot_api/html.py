"""Telegram's HTML: what a text comes to, with which entities, or why it is refused.

Tags, attributes and wording follow TDLib. In one point this is stricter: TDLib shows an `&` that begins none of its
entities as it stands; here it is refused, for people would read `&nbsp;`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.journeys.bot_api.refusals import NOT_UTF8, bad_request, cannot_parse

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LINK = re.compile(r"(https?|tg|ton|tonsite)://\S+|[^\s:/]+\.[^\s:/]+(/\S*)?", re.IGNORECASE)

_SPECIAL = re.compile(r"[<&]")
_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));")
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*>")
_NAME = re.compile(r"\s*([^\s=>]*)\s*(=?)\s*")
_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]*)(?=[\s>])")
_UNSEEN = str.maketrans({**{chr(code): " " for code in range(32) if chr(code) not in "\n\r"}, "\r": None})


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as people read it. `entities` are Telegram's, offsets and lengths in UTF-16 units."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


EMPTY = Formatted("")


def read_plain(text: str) -> Formatted:
    """A text without a parse mode: control characters become spaces, white space around it goes."""
    return Formatted(_utf8(text).translate(_UNSEEN).strip())


def read_html(html: str) -> Formatted:
    """Read Telegram's HTML. Raises Refusal with the place in bytes, as Telegram says it."""
    if "<" not in html and "&" not in html:
        return read_plain(html)
    reader = _Reader(_utf8(html).translate(_UNSEEN))
    reader.read()
    return _strip("".join(reader.text), reader.entities)


def count_units(text: str) -> int:
    """UTF-16 units, in which Telegram counts lengths and offsets."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int


class _Reader:
    def __init__(self, html: str) -> None:
        self.html, self.at = html, 0
        self.text: list[str] = []
        self.entities: list[dict[str, Any]] = []
        self._units = 0
        self._open: list[_Open] = []

    def read(self) -> None:
        while found := _SPECIAL.search(self.html, self.at):
            self._say(self.html[self.at : found.start()])
            self.at = found.start()
            if found[0] == "&":
                self._say(self._read_character())
            elif self.html.startswith("</", self.at):
                self._close_tag()
            else:
                self._open_tag()
        self._say(self.html[self.at :])
        if self._open:
            raise cannot_parse(f"Can't find end tag corresponding to start tag {self._open[-1].tag}")

    def _say(self, text: str) -> None:
        self.text.append(text)
        self._units += count_units(text)

    def _where(self, at: int | None = None) -> str:
        return f"at byte offset {len(self.html[: self.at if at is None else at].encode())}"

    def _read_character(self) -> str:
        found = _CHARACTER.match(self.html, self.at)
        if not found:
            raise cannot_parse(f"Unsupported HTML entity {self._where()}")
        self.at = found.end()
        return _character(found)

    def _open_tag(self) -> None:
        found = _START.match(self.html, self.at)
        assert found is not None
        if found.end() == len(self.html):
            raise cannot_parse(f"Unclosed start tag {self._where()}")
        tag = found[1].lower()
        if tag not in KINDS:
            raise cannot_parse(f'Unsupported start tag "{tag}" {self._where()}')
        begin = self.at
        argument = "".join(
            value for name, value in self._read_attributes(tag, found.end()) if _matters(tag, name, value)
        )
        if tag == "span" and argument != "tg-spoiler":
            raise cannot_parse(f'Tag "span" must have class "tg-spoiler" {self._where(begin)}')
        self._open.append(_Open(tag, argument, self._units))

    def _read_attributes(self, tag: str, at: int) -> Iterator[tuple[str, str]]:
        """Yield names and values up to the closing `>`, and go behind it."""
        while True:
            name = _NAME.match(self.html, at)
            assert name is not None
            if name.end() == len(self.html):
                raise cannot_parse(f"Unclosed start tag {self._where()}")
            if not name[1] and not name[2] and self.html[name.end()] == ">":
                self.at = name.end() + 1
                return
            if not name[1]:
                raise cannot_parse(f'Empty attribute name in the tag "{tag}" {self._where()}')
            if not name[2]:
                if (tag, name[1]) != ("blockquote", "expandable"):
                    raise cannot_parse(
                        f'Expected equal sign in declaration of an attribute of the tag "{tag}" {self._where()}'
                    )
                at = name.end()
                yield name[1], "1"
                continue
            value = _VALUE.match(self.html, name.end())
            if not value:
                quoted = self.html[name.end()] in "\"'"
                raise cannot_parse(
                    f"Unclosed start tag {self._where()}"
                    if quoted
                    else f"Unexpected end of name token {self._where(name.end())}"
                )
            at = value.end()
            yield name[1], _CHARACTER.sub(_character, value[1] or value[2] or (value[3] or "").lower())

    def _close_tag(self) -> None:
        if not self._open:
            raise cannot_parse(f"Unexpected end tag {self._where()}")
        found = _END.match(self.html, self.at)
        if not found:
            raise cannot_parse(f"Unclosed end tag {self._where()}")
        opened, tag = self._open.pop(), found[1].lower()
        if tag and tag != opened.tag:
            raise cannot_parse(f'Unmatched end tag {self._where()}, expected "</{opened.tag}>", found "</{tag}>"')
        self.at = found.end()
        self._keep(opened)

    def _keep(self, opened: _Open) -> None:
        length = self._units - opened.offset
        entity: dict[str, Any] = {"type": KINDS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            inside = "".join(self.text).encode("utf-16-le")[opened.offset * 2 :].decode("utf-16-le")
            entity["url"] = opened.argument or inside
            if not LINK.fullmatch(entity["url"]):
                return  # Telegram keeps the words and drops a link it does not know
        if opened.tag == "tg-emoji":
            if not opened.argument.isdecimal():
                raise cannot_parse("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        if opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        if length:
            self.entities.append(entity)


def _matters(tag: str, name: str, value: str) -> bool:
    wanted = {"a": "href", "span": "class", "tg-emoji": "emoji-id", "blockquote": "expandable"}
    return wanted.get(tag) == name and (tag != "span" or value.startswith("tg-"))


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise cannot_parse(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        )
    return chr(code)


def _strip(text: str, entities: list[dict[str, Any]]) -> Formatted:
    """Take white space from both ends; entities move and shrink with it."""
    bare = text.lstrip()
    cut = count_units(text[: len(text) - len(bare)])
    bare = bare.rstrip()
    end = count_units(bare)
    kept = []
    for entity in entities:
        first = max(0, entity["offset"] - cut)
        last = min(end, entity["offset"] + entity["length"] - cut)
        if first < last:
            kept.append({**entity, "offset": first, "length": last - first})
    kept.sort(key=lambda each: (each["offset"], -each["length"], each["type"]))
    return Formatted(bare, tuple(kept))


def _utf8(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request(NOT_UTF8) from None
    return text
