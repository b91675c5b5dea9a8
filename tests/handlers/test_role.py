from __future__ import annotations

import pytest

from storage.terms import Role
from tests.handlers.buttons import labels
from tests.handlers.town import Town, sentence_of, told


@pytest.mark.parametrize(
    "line", ["role grant <@st> cab_member", "role grant @st CAB-Member", 'role grant st "cab member"']
)
async def test_s2_a_role_holds_from_now_on(town: Town, line: str) -> None:
    answer = await town.say("own", line)
    assert sentence_of(answer) == "St holds the role “CAB member” now."
    assert town.look(lambda records: records.people.roles(town.people["st"])) == {Role.CAB_MEMBER}
    assert "You hold the role “CAB member” now, granted by Own." in town.heard("st")[0]
    assert town.last().after == {"person": "St", "granted": "cab_member"}


async def test_by_verified_e_mail(town: Town) -> None:
    town.known_by("st", "st@example.org")
    await town.all(("own", "role grant ST@example.org on_call"))
    assert sentence_of(await town.say("own", "role grant who@example.org on_call")) == (
        "Nobody here is known by the e-mail who@example.org; mention the person with @ instead."
    )


async def test_somebody_who_never_spoke_is_written_down(town: Town) -> None:
    await town.all(("own", "role grant <@U777> cab_member"))
    await town.all(("own", "role revoke <@U777> cab_member"))


async def test_to_oneself_without_a_message(town: Town) -> None:
    await town.all(("own", "role grant me cab_member"))
    assert town.heard("own") == []


async def test_the_list(town: Town) -> None:
    text = told(await town.say("st", "role list"))
    assert "CAB member: Bo, Cy, Dee" in text
    assert "Configuration manager: nobody" in text


async def test_s2_revoked_is_gone(town: Town) -> None:
    assert (
        sentence_of(await town.say("own", "role revoke <@bo> cab_member"))
        == "Bo doesn't hold the role “CAB member” any more."
    )
    assert town.look(lambda records: records.people.roles(town.people["bo"])) == frozenset()
    assert town.last().before == {"person": "Bo", "granted": "cab_member"}


async def test_the_last_process_owner_stays(town: Town) -> None:
    assert sentence_of(await town.say("own", "role revoke me process_owner")) == (
        "There must be a process owner; grant the role to somebody else first."
    )
    await town.all(("own", "role grant <@st> process_owner"), ("own", "role revoke me process_owner"))
    assert (await town.say("own", "role grant <@ana> cab_member")).refused
    assert (await town.say("st", "role revoke me process_owner")).refused


async def test_who_is_no_process_owner_is_told_so(town: Town) -> None:
    assert (
        sentence_of(await town.say("own", "role revoke <@bo> process_owner"))
        == "Bo doesn't hold the role “Process owner”."
    )


@pytest.mark.parametrize("who", ["ana", "bo", "cm", "rm", "st"])
@pytest.mark.parametrize("line", ["role grant me process_owner", "role revoke <@own> process_owner"])
async def test_s2_only_process_owners_give_and_take(town: Town, who: str, line: str) -> None:
    answer = await town.say(who, line)
    assert "is for the process owner." in sentence_of(answer)
    assert town.look(lambda records: [each.name for each in records.people.holders(Role.PROCESS_OWNER)]) == ["Own"]


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("role grant <@bo> cab_member", "Bo holds the role “CAB member” already."),
        ("role revoke <@st> cab_member", "St doesn't hold the role “CAB member”."),
        ("role grant nobody cab_member", "I don't know who “nobody” is; mention the person with @, or write their full name."),
        ("role grant <@bo> boss", "Role is one of process_owner, release_manager, change_manager, cab_member, ecab_member, "
                                  "configuration_manager, on_call; “boss” isn't."),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("own", line)) == sentence


async def test_the_form_offers_the_roles(town: Town) -> None:
    form = (await town.say("own", "role grant")).form
    assert form is not None
    person, role = form.fields
    assert (person.kind, [choice.value for choice in role.choices]) == ("person", [each.value for each in Role])
    assert not (await town.fill("own", form, person="<@st>", role="on_call")).refused


async def test_role_alone_shows_the_ways(town: Town) -> None:
    answer = await town.say("own", "role")
    assert answer.refused
    names = ("list", "grant", "revoke", "matrix")
    assert set(labels(answer.card)) == {f"/release role {name}" for name in names}
