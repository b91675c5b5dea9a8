"""Home and what was found by words, to draw: with markup in what people wrote."""

from __future__ import annotations

from datetime import timedelta

from messages.card import button
from messages.found import FoundRow, found_card
from messages.home import Act, Home, Row, home_card
from storage.release import Update
from storage.service import Service
from storage.terms import ReleaseType, State
from tests.handlers.policy.releases import ANA, NOW, START, release
from tests.messages.records import name

REVIEWED = release(state=State.IN_REVIEW)
DRAFT = release(number=43, key="REL-43", title="<b>Bold</b> & *starred*", hold="waits for _legal_")
READY = release(number=44, key="REL-44", state=State.APPROVED, starts_at=START + timedelta(days=1))
URGENT = release(number=45, key="REL-45", type=ReleaseType.EMERGENCY, state=State.DEPLOYING, starts_at=None)

HOME = home_card(
    Home(
        waiting=[
            Row(REVIEWED, Act("Your vote is asked for.", "Vote", "ballot REL-42")),
            Row(DRAFT, Act("It is on hold: waits for _legal_", "Resume", "resume REL-43")),
            Row(URGENT, Act("You were asked how it goes.", "Say how it goes", "status REL-45 form=yes")),
        ],
        mine=[Row(READY, Act("It is authorised; its window opens", at=START + timedelta(days=1))), Row(URGENT)],
        shared=[
            Row(REVIEWED, Act("From you it needs the <tests>.", "Tests", "test show REL-42"), ("testing coordinator",))
        ],
        windows=[REVIEWED, READY],
        more_waiting=True,
        more_mine=True,
    ),
    "Europe/Berlin",
)
FOUND = found_card(
    "refunds",
    [
        FoundRow(release=REVIEWED),
        FoundRow(release=DRAFT, said=Update(release_id=7, person_id=ANA, words="<!here> refunds " + "x" * 200, at=NOW)),
        FoundRow(service=Service(name="refunds", owner_id=ANA, version="1.0", added_at=NOW)),
    ],
    name,
    button("Older", "find", "refunds", before=17),
)
