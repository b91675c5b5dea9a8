"""The one place for tone: which word, sign, icon and colour stands for a mood or a mark, on every platform.

Colour never speaks alone: each tone has an icon of its own shape and each mark a sign and a word.
"""

from __future__ import annotations

from dataclasses import dataclass

from messages.card import Mark, Tone


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark as a text sign (one width, no colour), as Slack's emoji name, and as a word for a screen reader."""

    text: str
    emoji: str
    word: str


@dataclass(frozen=True, slots=True)
class Colours:
    """A tone's accent as #rrggbb, with contrast of at least 4.5 to 1 against a white and a near-black page."""

    light: str
    dark: str


SIGNS: dict[Mark, Sign] = {
    Mark.BULLET: Sign("•", "", ""),
    Mark.DONE: Sign("✓", "white_check_mark", "done"),
    Mark.CURRENT: Sign("◉", "large_blue_circle", "now"),
    Mark.TODO: Sign("○", "white_circle", "to do"),
    Mark.YES: Sign("✓", "white_check_mark", "yes"),
    Mark.NO: Sign("✕", "x", "no"),
    Mark.WAITING: Sign("◔", "hourglass_flowing_sand", "waiting"),
    Mark.WARNING: Sign("⚠", "warning", "attention"),
}

ICONS: dict[Tone, str] = {
    Tone.NEUTRAL: "",
    Tone.INFO: "🔵",
    Tone.GOOD: "✅",
    Tone.WARNING: "⚠️",
    Tone.BAD: "❌",
    Tone.EMERGENCY: "🚨",
}

WORDS: dict[Tone, str] = {
    Tone.NEUTRAL: "",
    Tone.INFO: "In progress",
    Tone.GOOD: "Good",
    Tone.WARNING: "Attention",
    Tone.BAD: "Trouble",
    Tone.EMERGENCY: "Emergency",
}

COLOURS: dict[Tone, Colours] = {
    Tone.NEUTRAL: Colours("#5d6470", "#a6adbb"),
    Tone.INFO: Colours("#1f62c4", "#7fb0ff"),
    Tone.GOOD: Colours("#1e7a3c", "#6cc98a"),
    Tone.WARNING: Colours("#8f5f00", "#e6b450"),
    Tone.BAD: Colours("#b3261e", "#ff8a80"),
    Tone.EMERGENCY: Colours("#a3123f", "#ff7597"),
}

NO_VALUE = "—"
SHORTENED = " … (shortened)"
STEP_ARROW = " → "
