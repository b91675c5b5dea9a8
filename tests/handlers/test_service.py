from __future__ import annotations

import pytest

from storage.store import Store
from tests.handlers.town import Town, sentence_of, told


async def test_a_service_has_a_version_and_an_owner(town: Town) -> None:
    answer = await town.say("own", "service add “card payments” version=2.3.9 owner=<@st>")
    assert sentence_of(answer) == "card payments is registered, owned by St."
    assert "card payments 2.3.9, owned by St" in told(await town.say("st", "service list"))
    assert town.last().after == {"owner": "St", "tier": 3, "needs": [], "version": "2.3.9"}


async def test_without_more_words_one_owns_it_oneself(town: Town) -> None:
    await town.all(("rm", "service add mail"))
    assert "mail (version not known), owned by Rm" in told(await town.say("st", "service list"))


@pytest.mark.parametrize("who", ["ana", "bo", "oc", "st"])
async def test_s2_who_does_not_register(town: Town, who: str) -> None:
    assert (await town.say(who, "service add mail")).refused


async def test_names_are_compared_without_regard_to_case(town: Town) -> None:
    assert sentence_of(await town.say("own", "service add Payments")) == "There is a service payments already."


@pytest.mark.parametrize(
    "line, sentence",
    [
        (
            "service add <@bo>",
            "A service's name is up to 60 letters, digits, spaces, dots or dashes; “<@bo>” isn't one.",
        ),
        (
            "service add mail owner=nobody",
            "I don't know who “nobody” is; mention the person with @, or write their full name.",
        ),
    ],
)
async def test_what_cannot_be_registered(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("own", line)) == sentence


async def test_an_organisation_begins_without_services(database: Store) -> None:
    town = Town(database, services=False)
    assert "No service is registered yet." in told(await town.say("st", "service list"))
    assert sentence_of(await town.say("ana", "new Refunds service=payments")) == (
        "There is no service “payments”. None is registered yet. Add it: /release service add payments"
    )
