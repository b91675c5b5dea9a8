"""A card as a fragment of HTML for a page of our own: meaning in the elements, looks left to the page's style sheet.

Everything that a person wrote is escaped here and nowhere else. The page's script listens for clicks on `[data-say]`.

The contract with the style sheet and the script:

- `article.card.card--TONE` (neutral, info, good, warning, bad, emergency) holds `h3.card-title` (with `.card-icon`) and
  parts, each with `.card-part`: `h4.card-heading`, `p.card-text`, `blockquote.card-quote`, `p.card-note`,
  `dl.card-facts` (a `div.card-fact` around each `dt` and `dd`), `ul.card-items` (`ol` when
  ordered, with `data-place` on its rows when they don't begin with 1) > `li.card-item.card-item--MARK`,
  a row's own buttons in `span.card-row-buttons`,
  `ol.card-stepper` > `li.card-step.card-step--MARK` (`aria-current="step"` on the current one), `hr.card-divider`,
  `div.card-buttons`. MARK is bullet, done, current, todo, yes, no, waiting or warning; `.card-mark` is its sign.
- `button.button` with `.button--primary` or `.button--danger`, `data-say`, and where it asks first
  `data-confirm-title`, `data-confirm-text`, `data-confirm-yes`, `data-confirm-no`.
- `a.card-link`, `code.card-code`, `span.card-person` (`.card-person--notify`, `data-person` = person id),
  `span.card-channel` (`data-channel`, `data-workspace`, `data-platform`), `time.card-moment` (`datetime` in UTC,
  `data-style` = date_time, date, time or ago; its text is the fallback, which a script may put into the reader's zone).
- Words for screen readers only are `.visually-hidden`.
- Forms: see messages/html_form.py.
"""

from __future__ import annotations

from datetime import UTC
from html import escape
from typing import assert_never

from messages.card import (
    Bold,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    ChannelRef,
    Code,
    Divider,
    Fact,
    Facts,
    Heading,
    Item,
    Items,
    Link,
    Mark,
    Moment,
    Note,
    Part,
    PersonRef,
    Piece,
    Pieces,
    Plain,
    Quote,
    Step,
    Stepper,
    Text,
)
from messages.moments import moment_text
from messages.safety import one_line, visible, web_address
from messages.tokens import ICONS, NO_VALUE, SIGNS, WORDS


def card_html(card: Card) -> str:
    """The card as one `article`, without any script or style of its own."""
    parts = "".join(_part(part) for part in card.parts)
    label = attribute("aria-label", one_line(card.title) or one_line(card.summary))
    return f'<article class="card card--{card.tone.value}"{label}>{_title(card)}{parts}</article>'


def attribute(name: str, value: str) -> str:
    """` name="value"` with the value escaped so that a browser reads back exactly it, line ends included."""
    exact = escape(value).replace("\r", "&#13;").replace("\n", "&#10;")
    return f' {name}="{exact}"'


def words(text: str) -> str:
    """Text between tags: escaped, its line breaks kept."""
    return escape(visible(text)).replace("\n", "<br>")


def line(pieces: Pieces) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _title(card: Card) -> str:
    if not (title := one_line(card.title)):
        return ""
    icon = ""
    if ICONS[card.tone]:
        icon = (
            f'<span class="card-icon" role="img"{attribute("aria-label", WORDS[card.tone])}>{ICONS[card.tone]}</span> '
        )
    return f'<h3 class="card-title">{icon}{escape(title)}</h3>'


def _piece(piece: Piece) -> str:
    match piece:
        case Plain():
            return words(piece.text)
        case Bold():
            return f"<strong>{words(piece.text)}</strong>"
        case Code():
            return f'<code class="card-code">{words(piece.text)}</code>'
        case Link():
            return _link(piece)
        case PersonRef():
            return _person(piece)
        case ChannelRef():
            return _channel(piece)
        case Moment():
            return _moment(piece)
        case _:
            assert_never(piece)


def _link(link: Link) -> str:
    label = one_line(link.label)
    if (address := web_address(link.url)) is None:
        return escape(label)
    target = attribute("href", address)
    return f'<a class="card-link"{target} target="_blank" rel="noopener noreferrer">{escape(label or address)}</a>'


def _person(ref: PersonRef) -> str:
    name = escape(one_line(ref.name))
    if ref.notify:
        return f'<span class="card-person card-person--notify" data-person="{ref.person_id:d}">@{name}</span>'
    return f'<span class="card-person" data-person="{ref.person_id:d}">{name}</span>'


def _channel(ref: ChannelRef) -> str:
    where = attribute("data-channel", ref.channel) + attribute("data-workspace", ref.workspace)
    name = escape(one_line(ref.name).removeprefix("#"))
    return f'<span class="card-channel"{where}{attribute("data-platform", ref.platform)}>#{name}</span>'


def _moment(moment: Moment) -> str:
    instant = moment.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = escape(moment_text(moment))
    return f'<time class="card-moment" datetime="{instant}" data-style="{moment.style.value}">{shown}</time>'


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f'<h4 class="card-part card-heading">{escape(one_line(part.text))}</h4>'
        case Text() | Note() | Quote():
            return _paragraph(part)
        case Facts():
            return f'<dl class="card-part card-facts">{"".join(_fact(row) for row in part.rows)}</dl>'
        case Items():
            return _items(part)
        case Stepper():
            return f'<ol class="card-part card-stepper">{"".join(_step(step) for step in part.steps)}</ol>'
        case Divider():
            return '<hr class="card-part card-divider">'
        case Buttons():
            buttons = "".join(_button(button) for button in part.buttons)
            return f'<div class="card-part card-buttons" role="group" aria-label="Actions">{buttons}</div>'
        case _:
            assert_never(part)


def _paragraph(part: Text | Note | Quote) -> str:
    match part:
        case Text():
            return f'<p class="card-part card-text">{line(part.pieces)}</p>'
        case Note():
            return f'<p class="card-part card-note">{line(part.pieces)}</p>'
        case Quote():
            return f'<blockquote class="card-part card-quote">{line(part.pieces)}</blockquote>'
        case _:
            assert_never(part)


def _fact(row: Fact) -> str:
    return f'<div class="card-fact"><dt>{escape(one_line(row.label))}</dt><dd>{line(row.value) or NO_VALUE}</dd></div>'


def _items(part: Items) -> str:
    kind = "ol" if part.ordered else "ul"
    if not part.ordered or part.first == 1:
        return f'<{kind} class="card-part card-items">{"".join(_item(row) for row in part.rows)}</{kind}>'
    rows = "".join(_item(row, f' data-place="{place}"') for place, row in enumerate(part.rows, part.first))
    return f'<ol class="card-part card-items" start="{part.first}">{rows}</ol>'


def _item(row: Item, place: str = "") -> str:
    mark = "" if row.mark is Mark.BULLET else _mark(row.mark) + " "
    acts = "".join(_button(button) for button in row.buttons)
    menu = f'<span class="card-row-buttons" role="group" aria-label="Actions">{acts}</span>' if acts else ""
    return f'<li class="card-item card-item--{row.mark.value}"{place}>{mark}<span>{line(row.pieces)}</span>{menu}</li>'


def _step(step: Step) -> str:
    now = ' aria-current="step"' if step.mark is Mark.CURRENT else ""
    label = escape(one_line(step.label))
    return f'<li class="card-step card-step--{step.mark.value}"{now}>{_mark(step.mark)} {label}</li>'


def _mark(mark: Mark) -> str:
    sign = SIGNS[mark]
    spoken = f'<span class="visually-hidden">{sign.word}: </span>' if sign.word else ""
    return f'<span class="card-mark" aria-hidden="true">{sign.text}</span>{spoken}'


def _button(button: Button) -> str:
    style = "" if button.style is ButtonStyle.PLAIN else f" button--{button.style.value}"
    details = attribute("data-say", button.say)
    if asked := button.confirm:
        named = {"title": asked.title, "text": asked.text, "yes": asked.yes, "no": asked.no}
        details += "".join(attribute(f"data-confirm-{name}", visible(value)) for name, value in named.items())
    label = escape(one_line(button.label) or NO_VALUE)
    return f'<button type="button" class="button{style}"{details}>{label}</button>'
