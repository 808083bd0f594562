"""The mini markup (core/markup.py) as HTML. Every word is escaped here, once."""

from markupsafe import Markup, escape

from bot.core.markup import Block, Items, Line, Paragraph, Span, parse


def write(text: str) -> Markup:
    """Return `text` of the mini markup as HTML: `<p>`, `<ul>`, `<br>`, `<strong>`, `<a>`. Raises nothing."""
    return Markup("").join(_block(block) for block in parse(text))


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(lines):
            return Markup("<p>{}</p>").format(Markup("<br>").join(_line(line) for line in lines))
        case Items(items):
            return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(_line(i)) for i in items))


def _line(line: Line) -> Markup:
    return Markup("").join(_span(span) for span in line)


def _span(span: Span) -> Markup:
    words = escape(span.text)
    if span.target:  # the parser lets only http, https and tel through
        words = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(span.target, words)
    return Markup("<strong>{}</strong>").format(words) if span.bold else words
