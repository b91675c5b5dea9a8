"""What people see when something can't be done, failed, or was done already."""

from __future__ import annotations

from messages.card import Button, Buttons, Card, Code, Part, Tone, text


def refused(sentence: str, ways: tuple[Button, ...] = (), shown: Card | None = None) -> Card:
    """No, because …; you could …. `shown` is how it stands now, below the sentence."""
    parts: list[Part] = [text(sentence), *(shown.parts if shown else ())]
    if ways:
        parts.append(Buttons(ways))
    return Card("That can't be done", tuple(parts), Tone.WARNING, sentence)


def unknown_word(word: str, near: list[str]) -> Card:
    """The nearest commands to what was typed."""
    ways = tuple(Button(f"/release {name}", f"help {name}") for name in near) or (Button("Help", "help"),)
    sentence = f"I don't know “{word}”."
    sentence += " Did you mean one of these?" if near else " Type /release help to see what I can do."
    return refused(sentence, ways)


def crashed(reference: str) -> Card:
    """Something broke on our side; the reference is what the log has."""
    return Card(
        "Something went wrong here",
        (
            text(
                "Nothing was changed. Try again; if it stays, give this reference to whoever runs Cabbot: ",
                Code(reference),
            ),
        ),
        Tone.BAD,
        f"Something went wrong; reference {reference}.",
    )


def repeated(said: str) -> Card:
    """The same act was delivered twice."""
    return Card("Done already", (text(said or "This was done before; nothing was changed again."),), Tone.INFO)


def told(title: str, sentence: str, ways: tuple[Button, ...] = ()) -> Card:
    """A short private answer."""
    parts: list[Part] = [text(sentence)]
    if ways:
        parts.append(Buttons(ways))
    return Card(title, tuple(parts), Tone.GOOD, sentence)
