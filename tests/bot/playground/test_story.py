"""What a visitor meets when the playground opens: the record of a release in depth, and everybody with something to do."""

from bot.playground.playground import Playground
from bot.playground.story import story
from bot.playground.town import TOWN
from messages.plain_text import render
from tests.bot.playground.opened import OPENS

_RECORD: list[tuple[str, str, tuple[str, ...]]] = [
    ("ana", "service show identity", ("Tier: 1", "Needed by: checkout, warehouse")),
    ("ana", "change list REL-3", ("CHG-124", "fix", "ends PRB-9", "authorised by Devika")),
    ("ana", "show REL-4", ("Application coordinators: Jun (sign-in)", "Testing coordinator: Tomas")),
    ("ana", "stakeholder list REL-4", ("Sofia · required", "#payments · told")),
    (
        "sofia",
        "plan show REL-3",
        ("HALL 1 · 3 STEPS", "Jun", "30 min", "check: each answers its health page"),
    ),
    ("sofia", "backout show REL-3", ("Takes: 25 min", "Validated: Marta")),
    ("sofia", "backout show REL-4", ("Validated: not yet",)),
    ("ben", "show REL-4", ("Risk: high", "the back-out plan isn't validated")),
    ("ben", "show REL-5", ("Risk: low",)),
    ("marta", "register list REL-3", ("Customers will ask for parcels", "priority 2", "Marta")),
    ("tomas", "test show REL-7", ("Signed off: Tomas",)),
    ("tomas", "test show REL-3", ("Functional tests passed", "Signed off: not yet")),
    ("marta", "media list REL-3", ("oci://registry/warehouse:3.2.0", "9f2b6c1d", "Vendor contract V-2031")),
    ("marta", "show REL-3", ("Training: Both night shifts", "Waived: support", "(Devika)")),
    ("jun", "collision REL-6", ("REL-3", "Accepted by Marta", "Not accepted yet for REL-6 by Jun")),
    ("jun", "template show certificates", ("Written by: Marta", "Approved by: Devika")),
    ("jun", "show REL-6", ("Approved · Standard · revision 1",)),
    ("sofia", "policy gates.start", ("collision, tests, sign off", "set by Marta", "nothing starts untested")),
    ("sofia", "policy approval.normal", ("Three people sit on our CAB",)),
]


async def heard(house: Playground, who: str, line: str) -> str:
    answer = await house.say(who, f"look-{who}-{line}", line, channel="releases")
    assert answer.card is not None
    assert not answer.refused, answer.card.summary
    return render(answer.card)


def hanging(house: Playground, channel: str, words: str) -> bool:
    return any(words in each.card for each in house.log.page(channel, 2**62, 200))


async def test_something_waits_for_everybody(house: Playground) -> None:
    idle = [each.handle for each in TOWN.citizens if "WAITS FOR YOU" not in await heard(house, each.handle, "")]
    assert idle == []


async def test_the_record_has_its_depth(house: Playground) -> None:
    for who, line, words in _RECORD:
        told = await heard(house, who, line)
        assert [each for each in words if each not in told] == [], told


async def test_the_checklist_of_the_draft_hangs_in_its_channel_and_stays_true(house: Playground) -> None:
    assert hanging(house, "releases", "Checklist: REL-4 Sign in with a passkey")
    assert hanging(house, "releases", "REL-4: 8 things missing.")
    await heard(house, "ana", "change add REL-4 CHG-141 authorised_by=Marta")
    await house.delivered()
    assert hanging(house, "releases", "REL-4: 7 things missing.")


async def test_somebody_was_nudged_and_somebody_is_asked_about_a_collision(house: Playground) -> None:
    assert hanging(house, "@ana", "REL-4 waits for")
    assert hanging(house, "@tomas", "REL-3 waits for")
    assert hanging(house, "@jun", "Two releases overlap")


async def test_what_blocks_the_tablets_goes_by_one_word_each(house: Playground) -> None:
    await heard(house, "tomas", "test signoff REL-3 All of it.")
    await heard(house, "jun", 'collision accept REL-6 REL-3 "Nobody signs in anew that night."')
    assert "Nothing blocks REL-3." in await heard(house, "marta", "checklist REL-3")


async def test_the_gates_were_closed_when_the_older_releases_were_through(house: Playground) -> None:
    """Whoever comes meets the process's whole table, and REL-7 has met what is asked for to start."""
    told = await heard(house, "ana", 'new "Empty" service=payments')
    assert "REL-8" in told
    answer = await house.say("ana", "look-submit", "submit REL-8", channel="releases")
    assert answer.refused
    assert answer.card is not None
    assert "an authorised change request, a risk assessment" in answer.card.summary


def test_the_story_speaks_for_everybody_in_order() -> None:
    lines = story(OPENS)
    assert {each.who for each in lines} == {each.handle for each in TOWN.citizens}
    moments = [each.at(OPENS) for each in lines]
    assert moments == sorted(moments)
    assert moments[-1] < OPENS
