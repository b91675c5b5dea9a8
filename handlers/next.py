"""`/release next`: the release card as it is for whoever asks, with their own next act."""

from __future__ import annotations

from handlers.kit import find
from handlers.kit.arguments import OneRelease
from handlers.kit.call import Call, Reply
from handlers.kit.command import command
from handlers.kit.living import living_card
from handlers.kit.own_act import own_act, shown_act
from messages.card import PersonRef
from messages.own_release import Own, own_release_card
from storage.records import Records
from storage.terms import Origin


@command(
    "next",
    "See your own next act on a release",
    title="Your next act",
    submit="Show",
    group="Look",
    reads=True,
    example="/release next REL-42",
)
def next_of(call: Call, arguments: OneRelease, records: Records) -> Reply:
    """What a release card shows its reader by itself, where the platform can show each their own."""
    found = find.release(records, arguments.release)
    own = Own(
        PersonRef(call.person.id, call.person.name),
        call.zone,
        shown_act(own_act(call, found, records)),
        said=call.origin is Origin.TYPED,
    )
    return Reply(card=own_release_card(found, living_card(call, found, records), own))
