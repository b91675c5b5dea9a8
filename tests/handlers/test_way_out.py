"""Every refusal names the way out: its own, the form with what was typed, the release it was about, or help.

`Town.check_way_out` looks at every refusal of every story; here is which way leads out of which kind.
"""

from __future__ import annotations

import pytest

from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town


@pytest.mark.parametrize(
    "who, line, ways",
    [
        ("st", "show REL-9", ["My releases"]),
        ("st", "recall REL-1", ["Show REL-1"]),
        ("st", "approve REL-1", ["Show REL-1"]),
        ("ana", "approve REL-1", ["Show REL-1"]),
        ("ana", "start REL-1", ["Show REL-1"]),
        ("ana", "edit REL-1 start=tomorrow", ["Open the form"]),
        ("st", "new Refunds service=nowhere", ["Open the form"]),
        ("st", "role grant <@bo> cab_member", ["How “role grant” works"]),
        ("st", "list yours", ["How “list” works"]),
        ("st", "new Refunds colour=red", ["Help"]),
        ("st", 'new "Refunds', ["Help"]),
        ("st", "xyzzy", ["Help"]),
        ("st", "aprove REL-1", ["/release approve"]),
    ],
)
async def test_the_way_out(town: Town, who: str, line: str, ways: list[str]) -> None:
    await stories.submitted(town)
    answer = await town.say(who, line)
    assert answer.refused
    assert labels(answer.card)[: len(ways)] == ways


async def test_the_way_out_leads_to_ones_own_next_act(town: Town) -> None:
    await stories.submitted(town)
    refused = await town.say("bo", "start REL-1")
    shown = await town.press("bo", next(buttons(refused.card)))
    assert labels(shown.card)[0] == "Approve"
