"""What heads the forms: a modal of Slack's shows 24 characters, and a title that is cut off looks broken."""

import pytest

from handlers.kit.command import Command, catalogue

ASKING = [made for made in catalogue().values() if made.asks and not made.clock]


@pytest.mark.parametrize("made", ASKING, ids=lambda made: str(made.name))
def test_a_form_shows_its_whole_title_and_says_what_its_button_does(made: Command) -> None:
    assert len(made.title) <= 24
    assert len(made.submit) <= 24
