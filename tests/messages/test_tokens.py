import pytest

from messages.card import Mark, Tone
from messages.tokens import COLOURS, ICONS, SIGNS, WORDS


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_tone_and_mark_has_its_tokens() -> None:
    assert set(ICONS) == set(WORDS) == set(COLOURS) == set(Tone)
    assert set(SIGNS) == set(Mark)


def test_no_two_tones_look_alike_without_colour() -> None:
    assert len(set(ICONS.values())) == len(set(WORDS.values())) == len(Tone)


@pytest.mark.parametrize("tone", Tone)
def test_colours_can_be_read_on_light_and_dark(tone: Tone) -> None:
    assert contrast(COLOURS[tone].light, "#ffffff") >= 4.5
    assert contrast(COLOURS[tone].dark, "#1a1d21") >= 4.5
