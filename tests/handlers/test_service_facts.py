"""What is known of a service: owner, tier, what it needs and what needs it, and what is in production."""

from __future__ import annotations

import pytest

from storage.service import Service
from storage.terms import Role
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import Town, sentence_of, told


def known(town: Town, name: str) -> Service:
    found = town.look(lambda records: records.services.by_name(name))
    assert found is not None
    return found


async def test_s1_owner_tier_needs_and_version(town: Town) -> None:
    answer = await town.say("own", 'service edit payments owner=<@st> tier=1 needs="web" version=2.5')
    assert sentence_of(answer) == ("payments: owner Ana → St, tier 3 → 1, needs nothing → web, version 2.3.9 → 2.5.")
    service = known(town, "payments")
    assert (service.owner_id, service.tier, service.dependencies, service.version) == (
        town.people["st"], 1, ["web"], "2.5",
    )  # fmt: skip
    assert town.last().before == {"owner": "Ana", "tier": 3, "needs": [], "version": "2.3.9"}
    assert town.last().after == {"owner": "St", "tier": 1, "needs": ["web"], "version": "2.5"}


async def test_what_is_not_named_stays_and_a_dash_empties(town: Town) -> None:
    await town.all(
        ("own", "service edit payments tier=1 needs=web"), ("own", "service edit payments needs=- version=-")
    )
    service = known(town, "payments")
    assert (service.tier, service.dependencies, service.version, service.owner_id) == (1, [], "", town.people["ana"])


async def test_s2_its_owner_changes_it_too(town: Town) -> None:
    assert not (await town.say("ana", "service edit payments tier=2")).refused
    assert sentence_of(await town.say("st", "service edit payments tier=1")) == (
        "payments is changed by its owner, Ana, or the configuration manager, release manager, change manager "
        "or process owner."
    )
    town.add("cfg", Role.CONFIGURATION_MANAGER)
    assert not (await town.say("cfg", "service edit payments tier=4")).refused


async def test_a_new_one_with_all_of_it(town: Town) -> None:
    await town.all(("rm", 'service add mail tier=2 needs="Payments, web"'))
    assert (known(town, "mail").tier, known(town, "mail").dependencies) == (2, ["payments", "web"])


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("service edit payments needs=ledger", "There is no service “ledger”; add it first, or leave it out."),
        ("service edit payments needs=Payments", "payments can't need itself; name other services."),
        ("service edit payments tier=5", "Tier is one of 1, 2, 3, 4; “5” isn't."),
        ("service edit payments tier=3", "Nothing of payments would change; name what is different, such as tier=1."),
        ("service edit payment tier=1", "There is no service “payment”. Known are payments. Add it: /release service add payment"),
        ("service show ledger", "There is no service “ledger”. Known are payments, web. Add it: /release service add ledger"),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, line: str, sentence: str) -> None:
    assert sentence_of(await town.say("own", line)) == sentence


async def test_a_service_with_its_neighbours_and_its_releases(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("own", "service edit web needs=payments tier=2"), ("own", "service add ledger"))
    await town.all(("own", "service edit payments needs=ledger"))
    answer = await town.say("st", "service show Payments")
    text = told(answer)
    for words in (
        "Owner: Ana", "Tier: 3, usual", "In production: 2.3.9", "Needs: ledger", "Needed by: web", "REL-1 Faster refunds: Draft",
    ):  # fmt: skip
        assert words in text
    assert "circle" not in text
    assert labels(answer.card) == ["Show REL-1", "Follow", "Change"]
    for each in buttons(answer.card):
        assert not (await town.press("own", each)).refused


async def test_circles_are_allowed_but_shown(town: Town) -> None:
    await town.all(("own", "service edit web needs=payments"), ("own", "service edit payments needs=web"))
    text = told(await town.say("st", "service show payments"))
    assert "They need each other in a circle: payments → web → payments" in text


async def test_s1_the_version_follows_a_deployment(town: Town) -> None:
    await stories.deployed(town)
    assert "In production: 2.4.0" in told(await town.say("st", "service show payments"))


async def test_the_list_shows_tiers(town: Town) -> None:
    await town.all(("own", "service edit payments tier=1"))
    assert "payments 2.3.9, owned by Ana, tier 1" in told(await town.say("st", "service list"))


# ---- tables


TABLE = """name,owner,tier,needs,version
payments,St,1,"ledger, web",
ledger,st@example.org,2,,7.1
web,,,-,
"""


async def _imported(town: Town, table: str, who: str = "own") -> str:
    form = (await town.say(who, "service import")).form
    answer = await town.fill(who, form, table=table)
    if answer.form is not None:
        return answer.form.fields[0].error
    return told(answer)


async def test_a_table_is_reported_line_by_line(town: Town) -> None:
    town.known_by("st", "st@example.org")
    text = await _imported(town, TABLE)
    assert "1 service added, 1 changed, 1 as before." in text
    assert "Line 2: payments: owner Ana → St, tier 3 → 1, needs nothing → ledger, web" in text
    assert "Line 3: ledger was added" in text
    assert "Line 4: web is as it was" in text
    assert (known(town, "ledger").version, known(town, "ledger").tier) == ("7.1", 2)
    assert known(town, "payments").version == "2.3.9"  # an empty cell leaves what stands
    assert set(town.last().after) == {"payments", "ledger"}


async def test_twice_is_as_before(town: Town) -> None:
    town.known_by("st", "st@example.org")
    await _imported(town, TABLE)
    assert "0 services added, 0 changed, 3 as before." in await _imported(town, TABLE)


@pytest.mark.parametrize("sign", [";", "\t"])
async def test_other_signs_between_cells(town: Town, sign: str) -> None:
    text = await _imported(town, f"Service{sign}Depends on{sign}Tier\nledger{sign}payments{sign}Tier 1")
    assert "Line 2: ledger was added" in text
    assert (known(town, "ledger").dependencies, known(town, "ledger").tier) == (["payments"], 1)


async def test_one_bad_line_leaves_everything_as_it_was(town: Town) -> None:
    wrong = "name,owner,tier,needs\nledger,,9,\nmail,Nobody,,\ncards,,1,moon\npayments,,1,payments\nbills,,1,\nBills,,2,\na,b,c,d,e"
    assert await _imported(town, wrong) == (
        "Nothing was imported. line 2: A tier is 1 (the most critical) to 4; “9” isn't one; "
        "line 3: I don't know who “Nobody” is; mention the person with @, or write their full name; "
        "line 4: there is no service “moon” that cards could need; line 5: payments can't need itself; "
        "line 7: Bills stands on line 6 already; line 8: it has 5 cells under 4 columns."
    )
    assert {each.name for each in town.look(lambda records: records.services.all())} == {"payments", "web"}
    assert known(town, "payments").tier == 3


@pytest.mark.parametrize(
    "table, sentence",
    [
        ("ledger,1", "The first line names the columns, each once, name among them: name,owner,tier,needs,version; "
                     "“ledger” isn't one of them."),
        ("owner,tier\nAna,1", "The first line names the columns, each once, name among them: name,owner,tier,needs,version."),
        ("name,name\na,b", "The first line names the columns, each once, name among them: name,owner,tier,needs,version."),
        ("name,tier", "There is no line under the header row. A table looks like: name,owner,tier,needs,version"),
        ('name,tier\n"ledger,1', "Line 2 isn't CSV: unexpected end of data."),
    ],
)  # fmt: skip
async def test_what_is_no_table(town: Town, table: str, sentence: str) -> None:
    assert await _imported(town, table) == sentence


async def test_many_wrong_lines_are_cut_visibly(town: Town) -> None:
    rows = "\n".join(f"s{number},9" for number in range(20))
    assert (await _imported(town, f"name,tier\n{rows}")).endswith("; and 12 more lines.")


async def test_more_than_a_table_takes(town: Town) -> None:
    rows = "\n".join(f"s{number}" for number in range(201))
    assert await _imported(town, f"name\n{rows}") == (
        "A table has at most 200 services; this has 201. Paste it in parts."
    )


async def test_a_long_report_is_cut_visibly(town: Town) -> None:
    rows = "\n".join(f"s{number}" for number in range(60))
    assert "… and 20 more lines; see /release service list" in await _imported(town, f"name\n{rows}")


@pytest.mark.parametrize("who", ["ana", "bo", "oc", "st"])
async def test_who_does_not_import(town: Town, who: str) -> None:
    assert (await town.say(who, 'service import "name\nledger"')).refused


async def test_typed_in_quotes(town: Town) -> None:
    await town.all(("own", 'service import "name,tier\nledger,1"'))
    assert known(town, "ledger").tier == 1
