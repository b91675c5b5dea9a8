from __future__ import annotations

from tests.handlers.buttons import labels
from tests.handlers.town import NEW, Town, told


async def test_registers_a_draft_that_its_caller_coordinates(town: Town) -> None:
    answer = await town.say("ana", NEW)
    found = town.release()
    assert (found.key, found.title, found.state) == ("REL-1", "Faster refunds", "draft")
    assert found.coordinator_id == found.requester_id == town.people["ana"]
    assert "REL-1 Faster refunds" in told(answer)
    assert labels(answer.card) == ["Edit", "Submit to the CAB", "Cancel", "Details"]
