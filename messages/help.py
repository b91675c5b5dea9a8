"""Help: what can be said, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from messages.card import (
    Bold,
    Button,
    Buttons,
    Card,
    Code,
    Fact,
    Facts,
    Heading,
    Items,
    Part,
    Tone,
    fact,
    item,
    note,
    text,
)


def overview_card(groups: Mapping[str, Sequence[tuple[str, str]]]) -> Card:
    """Every command with a line, in groups."""
    parts: list[Part] = [
        text("Say one of these words to me, as in /release new; what is missing is asked for in a form.")
    ]
    for group, rows in groups.items():
        # In one piece: bold names would make so long a card too much for one message of Slack's.
        parts += [Heading(group), Items(tuple(item(f"{name} — {summary}") for name, summary in rows))]
    parts.append(note("More about one, or about those that begin with a word: /release help change"))
    ways = (
        Button("New release", "new form=yes"),
        Button("Waiting for me", "list waiting"),
        Button("My releases", "list mine"),
    )
    parts.append(Buttons(ways))
    return Card("What Cabbot can do", tuple(parts), Tone.NEUTRAL)


def command_card(
    name: str,
    summary: str,
    usage: str,
    *,
    arguments: Sequence[tuple[str, str, bool]],
    example: str,
    who: str,
    also: Sequence[tuple[str, str]] = (),
) -> Card:
    """One command: how it's written, what its words mean, an example, and `also` the longer ones that begin with it."""
    parts: list[Part] = [text(summary, "."), text(Code(usage))]
    rows: list[Fact] = [
        fact(f"{label}", hint or "—", " (needed)" if needed else "") for label, hint, needed in arguments
    ]
    if rows:
        parts.append(Facts(tuple(rows)))
    if example:
        parts.append(text("For example: ", Code(example)))
    if who:
        parts.append(note(f"For: {who}"))
    if also:
        parts += [Heading("Also"), _listed(also)]
    parts.append(Buttons((Button("Open the form", f"{name} form=yes"),) if arguments else (Button("Do it", name),)))
    return Card(f"/release {name}", tuple(parts), Tone.NEUTRAL)


def family_card(word: str, rows: Sequence[tuple[str, str]]) -> Card:
    """The commands that begin with one word, each one press away."""
    ways = tuple(Button(name, f"help {name}") for name, _ in rows)
    return Card(f"/release {word} …", (_listed(rows), Buttons(ways)), Tone.NEUTRAL)


def _listed(rows: Sequence[tuple[str, str]]) -> Items:
    return Items(tuple(item(Bold(name), f" — {summary}") for name, summary in rows))
