"""“Why may I not?” of any command, for oneself and for others: by the marks of the commands and the rules they ask."""

from __future__ import annotations

import pytest

from handlers.kit.command import Command, catalogue
from handlers.kit.move_reasons import MOVES
from messages.card import Facts, Items, PersonRef, Plain
from storage.terms import AccountKind, Role
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.test_who_may import line_of
from tests.handlers.town import Town, sentence_of, told


async def asked(town: Town, who: str, line: str) -> tuple[str, list[str], str]:
    """What is said, the reasons, and who may."""
    card = (await town.say(who, f"why {line}")).card
    assert card is not None
    town.check(card)
    rows = [row for part in card.parts if isinstance(part, Items) for row in part.rows]
    facts = [fact for part in card.parts if isinstance(part, Facts) for fact in part.rows]
    reasons = ["".join(piece.text for piece in row.pieces if isinstance(piece, Plain)) for row in rows]
    return card.summary, reasons, "".join(_shown(piece) for fact in facts for piece in fact.value)


def _shown(piece: object) -> str:
    return piece.name if isinstance(piece, PersonRef) else piece.text if isinstance(piece, Plain) else "?"


# ---- oneself


@pytest.mark.parametrize(
    "who, command, reason, may",
    [
        ("ana", "policy set", "“policy set” is for the process owner.", "Own"),
        ("ana", "role grant", "“role grant” is for the process owner.", "Own"),
        ("ana", "waive REL-1", "“waive” is for the change manager.", "Cm"),
        ("ana", "template approve", "“template approve” is for the change manager.", "Cm"),
        ("ana", "emergency", "“emergency” is for the ", "Own, Rm, Cm, Oc"),
        ("st", "plan REL-1", "That is for the coordinator (Ana) or the release manager.", "Ana, Rm"),
        ("st", "change add REL-1", "That is for the coordinator (Ana) or the release manager.", "Ana, Rm"),
        ("st", "coordinator REL-1", "That is for the coordinator of REL-1 or a release manager.", "Ana, Rm"),
        ("st", "test result REL-1", "That is for the coordinator of REL-1 or a release manager.", "Ana, Rm"),
        ("st", "announce REL-1", "REL-1 is announced by its coordinator or the release manager.", "Ana, Rm"),
        ("st", "status REL-1", "The status of REL-1 is told by its coordinator or the release manager.", "Ana, Rm"),
        ("st", "test signoff REL-1", "The tests of REL-1 are signed off by the release manager", "Rm"),
        ("st", "service edit payments", "payments is changed by its owner, Ana, or the ", "Ana, Own, Rm, Cm"),
        ("st", "submit REL-1", "That is for the coordinator (Ana) or the release manager.", "Ana, Rm"),
    ],
)
async def test_s2_the_rule_and_who_may_are_named(town: Town, who: str, command: str, reason: str, may: str) -> None:
    await stories.drafted(town)
    summary, reasons, named = await asked(town, who, command)
    assert summary.startswith(
        f"You can't {command} now:"
        if command == "submit REL-1"
        else f"You can't say “{command.removesuffix(' payments')}” now:"
    )
    assert reasons[0].startswith(reason)
    assert sorted(named.split(", ")) == sorted(may.split(", "))


@pytest.mark.parametrize("command", ["policy set", "role grant", "new", "follow", "help", "role matrix", "home"])
async def test_who_may_gets_the_button_that_does_it(town: Town, command: str) -> None:
    answer = await town.say("own", f"why {command}")
    assert sentence_of(answer) == f"You may say “{command}” now."
    (button,) = buttons(answer.card)
    assert not (await town.press("own", button)).refused


async def test_a_part_of_a_release_that_one_may_change_opens_its_form(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "why plan REL-1")
    assert sentence_of(answer) == "You may say “plan REL-1” now."
    form = (await town.press("ana", next(buttons(answer.card)))).form
    assert form is not None
    assert form.title == "Deployment plan"


async def test_s3_what_stands_in_everybodys_way_names_nobody(town: Town) -> None:
    await stories.submitted(town)
    _, reasons, named = await asked(town, "ana", "plan REL-1")
    assert reasons == ["REL-1 is in review; recall it before you change it: /release recall REL-1."]
    assert named == ""


async def test_s2_a_part_in_the_release_counts_by_the_same_rule(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "testing REL-1 @st"))
    assert sentence_of(await town.say("st", "why test signoff REL-1")) == "You may say “test signoff REL-1” now."
    _, reasons, named = await asked(town, "rm", "test signoff REL-1")
    assert reasons == ["The tests of REL-1 are signed off by the testing coordinator (St)."]
    assert named == "St"


async def test_an_entry_of_the_register_is_its_owners_too(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", 'register add REL-1 "The queue may be full" owner=@st'), ("ana", "register add REL-1 Rain"))
    assert "You may" in sentence_of(await town.say("st", "why register edit REL-1 1"))
    assert (await asked(town, "st", "register edit REL-1 2"))[2] == "Ana, Rm"
    asks = await town.say("st", "why register edit REL-1")
    assert "as in: /release why register edit REL-42 2" in sentence_of(asks)


async def test_many_who_may_are_named_up_to_five(town: Town) -> None:
    await stories.submitted(town)
    for number in range(9):
        town.add(f"zed{number}", Role.CAB_MEMBER)
    assert (await asked(town, "st", "approve REL-1"))[2].endswith(" and 8 more")


@pytest.mark.parametrize(
    "line", ["may I not approve REL-1?", "can't I approve REL-1", "approve REL-1 ?", "Approve rel-1"]
)
async def test_it_may_be_asked_as_one_talks(town: Town, line: str) -> None:
    await stories.submitted(town)
    assert sentence_of(await town.say("bo", f"why {line}")) == "You may approve REL-1 now."


async def test_what_cannot_be_asked(town: Town) -> None:
    await stories.drafted(town)
    unknown = await town.say("ana", "why dance REL-1")
    assert sentence_of(unknown) == "There is no command “dance”."
    assert "role grant" in labels((await town.say("ana", "why role")).card)
    assert "There is no command “remind”." in sentence_of(await town.say("ana", "why remind REL-1"))  # the clock's
    assert sentence_of(await town.say("ana", "why submit REL-9")) == "There is no REL-9."
    assert "as in: /release why submit REL-42" in sentence_of(await town.say("ana", "why submit"))
    assert "A release is named by its key" in sentence_of(await town.say("ana", "why submit it"))
    assert (await town.say("ana", "why")).form is not None


# ---- others


async def test_s7_another_is_asked_for_and_hears_what_they_would_hear(town: Town) -> None:
    await stories.submitted(town)
    assert sentence_of(await town.say("st", "why approve REL-1 @bo")) == "Bo may approve REL-1 now."
    summary, reasons, named = await asked(town, "st", "approve REL-1 @ana")
    assert summary.startswith("Ana can't approve REL-1 now, and would hear:")
    assert reasons == [
        "You coordinate or requested REL-1, so somebody else on the CAB decides on it.",
        "Only members of the CAB vote on REL-1.",
    ]
    assert sorted(named.split(", ")) == ["Bo", "Cm", "Cy", "Dee"]


async def test_another_is_shown_no_button_that_would_act_for_whoever_asks(town: Town) -> None:
    await stories.submitted(town)
    assert labels((await town.say("cy", "why approve REL-1 @bo")).card) == ["Show REL-1"]
    assert labels((await town.say("ana", "why policy set @own")).card) == ["Who holds what"]


async def test_the_form_takes_the_person_by_a_field(town: Town) -> None:
    form = (await town.say("st", "why form=yes")).form
    answer = await town.fill("st", form, command="policy set", person="@own")
    assert sentence_of(answer) == "Own may say “policy set” now."


async def test_oneself_by_name_is_oneself(town: Town) -> None:
    assert sentence_of(await town.say("own", "why policy set @own")) == "You may say “policy set” now."


async def test_a_guest_who_is_asked_for_may_not(town: Town) -> None:
    await stories.submitted(town)
    town.add("gus", Role.CAB_MEMBER, kind=AccountKind.GUEST)
    assert (await asked(town, "st", "approve REL-1 @gus"))[1] == [
        "Only full members change releases; guests and outside accounts read along.",
        "Only members of the CAB vote on REL-1.",
    ]


async def test_guests_ask_for_themselves_alone(town: Town) -> None:
    town.add("gus", kind=AccountKind.GUEST)
    answer = await town.say("gus", "why policy set @own")
    assert answer.refused
    assert sentence_of(answer).startswith("Only full members ask what others may")
    _, reasons, named = await asked(town, "gus", "new")
    assert reasons == ["Only full members change releases; guests and outside accounts read along."]
    assert named == ""


# ---- the button


@pytest.mark.parametrize(
    "who, line",
    [
        ("ana", "policy set approval.normal.quorum 3 more"),
        ("st", "submit REL-1"),
        ("st", "edit REL-1 goal=other"),
        ("st", "plan REL-1 lines=drain"),
        ("st", "stakeholder add REL-1 @bo"),
        ("st", "announce REL-1"),
        ("st", "status REL-1 fine"),
        ("st", "service edit payments tier=1"),
        ("st", "test signoff REL-1 all"),
    ],
)
async def test_whoever_is_refused_for_who_they_are_can_ask_why(town: Town, who: str, line: str) -> None:
    await stories.drafted(town)
    refused = await town.say(who, line)
    assert refused.refused
    (button,) = [each for each in buttons(refused.card) if each.label == "Why?"]
    answer = await town.press(who, button)
    assert not answer.refused
    assert sentence_of(refused) in told(answer)
    assert "Who may" in told(answer)


async def test_a_vote_that_is_not_theirs_can_be_asked_about(town: Town) -> None:
    await stories.submitted(town)
    assert "Why?" in labels((await town.say("st", "approve REL-1")).card)


async def test_whoever_is_refused_for_how_it_stands_is_told_that_already(town: Town) -> None:
    await stories.drafted(town)
    assert "Why?" not in labels((await town.say("ana", "complete REL-1")).card)
    assert "Why?" not in labels((await town.say("bo", "approve REL-1")).card)


# ---- by the very rules


ABOUT_A_RELEASE = [
    made
    for made in catalogue().values()
    if not made.clock and not made.reads and any(each.name == "release" for each in made.arguments)
]


def about(made: Command) -> str:
    """The command's example as far as it says what it's about."""
    pointers = [each.name for each in made.arguments if each.pointer or each.name == "other"]
    return " ".join(line_of(made).split()[: len(made.name.split()) + len(pointers)])


@pytest.mark.parametrize("story", ["drafted", "submitted", "approved", "deployed"])
@pytest.mark.parametrize("made", ABOUT_A_RELEASE, ids=lambda made: made.name)
async def test_why_says_no_to_whom_the_command_says_no(town: Town, made: Command, story: str) -> None:
    """And to nobody else: what a command refuses for who somebody is, `why` tells, in the same words."""
    await getattr(stories, story)(town)
    for who in ("st", "bo", "cm", "rm", "ana"):
        answer, card = await town.say(who, f"why {about(made)}"), None
        if not answer.refused:
            card = answer.card
        done = await town.say(who, line_of(made))
        not_theirs = "Why?" in labels(done.card)
        if card is not None and not_theirs:
            assert sentence_of(done) in told(answer)
        if card is not None and "can't" in card.summary and "Who may" in told(answer):
            assert done.refused, (who, told(answer))
        if not done.refused and done.form is None:
            break  # it has changed; the next one would find something else


def test_every_command_that_is_not_for_all_says_whose_it_is() -> None:
    """Else `why` would say that anybody may."""
    open_to_all = {"clone", "nudge", "checklist keep", "media check"}
    unmarked = {each.name for each in ABOUT_A_RELEASE if not each.roles and each.whose is None} - MOVES
    assert unmarked == open_to_all
