"""The web's writer: the markup tree as HTML. Every word is escaped here."""

from html import escape

from bot.core.markup import Block, Items, Line, Paragraph


def to_html(blocks: tuple[Block, ...]) -> str:
    """Write blocks as paragraphs and lists."""
    parts = []
    for block in blocks:
        match block:
            case Paragraph(lines):
                parts.append(f"<p>{'<br>'.join(_line(line) for line in lines)}</p>")
            case Items(items):
                parts.append(f"<ul>{''.join(f'<li>{_line(line)}</li>' for line in items)}</ul>")
    return "".join(parts)


def _line(line: Line) -> str:
    written = []
    for span in line:
        words = escape(span.text)
        if span.target:
            words = f'<a href="{escape(span.target)}" rel="noopener noreferrer">{words}</a>'
        written.append(f"<strong>{words}</strong>" if span.bold else words)
    return "".join(written)
