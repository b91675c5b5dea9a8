from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.content import ServiceVersion
from storage.terms import ReleaseType, State
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told


async def test_s4_registers_a_draft_that_its_caller_coordinates(town: Town) -> None:
    answer = await town.say("ana", NEW)
    found = town.release()
    assert (found.key, found.title, found.state, found.type) == (
        "REL-1", "Faster refunds", State.DRAFT, ReleaseType.NORMAL,
    )  # fmt: skip
    assert found.coordinator_id == found.requester_id == town.people["ana"]
    assert found.services == [ServiceVersion(name="payments", version="2.4.0")]
    assert (found.starts_at, found.ends_at) == (
        datetime(2026, 12, 1, 21, tzinfo=UTC), datetime(2026, 12, 1, 23, tzinfo=UTC),
    )  # fmt: skip
    assert (found.stages, found.revision, found.hold) == (["Pilot", "Full"], 1, "")
    assert "REL-1 Faster refunds" in told(answer)
    assert labels(answer.card) == ["Edit", "Submit to the CAB", "Cancel", "Details"]


async def test_s3_words_carry_everything_that_the_form_carries(town: Town) -> None:
    await town.say(
        "ana",
        'new “Faster refunds” service="payments 2.4.0, web" start="2027-07-01 22:00" hours=1.5 zone=Europe/Berlin '
        'goal="Refunds within a day" impact="A short pause" plan="drain; deploy" backout="go back" '
        "changes=CHG-1,CHG-2 stages=Canary,Half,All",
    )
    found = town.release()
    assert found.starts_at == datetime(2027, 7, 1, 20, tzinfo=UTC)
    assert found.ends_at == datetime(2027, 7, 1, 21, 30, tzinfo=UTC)
    assert (found.goal, found.impact, found.zone) == ("Refunds within a day", "A short pause", "Europe/Berlin")
    assert ([each.text for each in found.plan], found.back_out) == (["drain", "deploy"], ["go back"])
    assert ([each.ref for each in found.change_requests], found.stages) == (
        ["CHG-1", "CHG-2"],
        ["Canary", "Half", "All"],
    )


async def test_the_card_hangs_in_the_releases_channel_and_nowhere_else(town: Town) -> None:
    await town.say("ana", NEW)
    assert [(each.channel, each.slot) for each in town.postings()] == [("releases", "release:REL-1")]
    assert town.heard("releases")[0].startswith("REL-1 Faster refunds")


async def test_the_trail_keeps_the_content(town: Town) -> None:
    await town.say("ana", NEW)
    entry = town.last()
    assert (entry.command, entry.subject, entry.person, entry.before) == ("new", "REL-1", "Ana", {})
    assert entry.after["title"] == "Faster refunds"


async def test_s3_numbers_run_on(town: Town) -> None:
    for title in ("One", "Two"):
        await town.say("ana", f"new {title}")
    assert (town.release(1).title, town.release(2).title) == ("One", "Two")


async def test_a_refused_release_uses_up_no_number(town: Town) -> None:
    await town.say("ana", 'new "One" service=nowhere')
    await town.say("ana", 'new "Two"')
    assert town.release(1).title == "Two"


async def test_s1_a_window_has_a_zone_the_persons_unless_it_is_said(town: Town) -> None:
    town.lives_in("ana", "Europe/Berlin")
    await town.say("ana", 'new "One" start="2026-12-01 22:00"')
    assert (town.release().zone, town.release().starts_at) == ("Europe/Berlin", datetime(2026, 12, 1, 21, tzinfo=UTC))


async def test_a_title_alone_is_enough(town: Town) -> None:
    await town.say("ana", "new Refunds")
    found = town.release()
    assert (found.services, found.starts_at, found.plan) == ([], None, [])


async def test_without_a_length_a_window_is_two_hours(town: Town) -> None:
    await town.say("ana", 'new "One" start="2026-12-01 22:00"')
    found = town.release()
    assert found.starts_at is not None
    assert found.ends_at == found.starts_at + timedelta(hours=2)


# ---- forms


async def test_a_missing_title_opens_the_form_with_the_rest_filled_in(town: Town) -> None:
    answer = await town.say("ana", "new service=payments version=2.4.0 hours=2 zone=Europe/Berlin")
    assert answer.form is not None
    assert not answer.refused
    assert answer.form.say == "new version=2.4.0"
    values = {field.name: field.value for field in answer.form.fields}
    assert values["title"] == ""
    assert (values["service"], values["hours"], values["zone"]) == ("payments", "2", "Europe/Berlin")
    assert [field.name for field in answer.form.fields if field.required] == ["title"]
    assert town.journal() == []


async def test_the_form_filled_in_is_the_same_sentence(town: Town) -> None:
    form = (await town.say("ana", "new form=yes")).form
    answer = await town.fill("ana", form, title="Refunds", service="web 1.9", start="@1796162400", plan="a\nb; c")
    assert not answer.refused
    found = town.release()
    assert found.services == [ServiceVersion(name="web", version="1.9")]
    assert found.starts_at == datetime(2026, 12, 1, 22, tzinfo=UTC)
    assert [each.text for each in found.plan] == ["a", "b; c"]


async def test_what_is_wrong_in_a_form_is_said_beside_its_field_and_nothing_is_lost(town: Town) -> None:
    form = (await town.say("ana", "new Refunds form=yes")).form
    answer = await town.fill("ana", form, service="nowhere", start="tomorrow", goal="Faster")
    assert answer.has_field_errors
    assert answer.form is not None
    assert {field.name: field.error for field in answer.form.fields if field.error} == {
        "start": "A time is written 2026-12-01 22:00; “tomorrow” isn't one."
    }
    again = await town.fill("ana", answer.form, start="2026-12-01 22:00")
    assert again.form is not None
    errors = {field.name: field.error for field in again.form.fields if field.error}
    assert list(errors) == ["service"]
    assert errors["service"].startswith("There is no service “nowhere”. Known are payments, web.")
    done = await town.fill("ana", again.form, service="web")
    assert not done.refused
    assert (town.release().title, town.release().goal) == ("Refunds", "Faster")


async def test_a_form_without_what_is_needed_comes_back(town: Town) -> None:
    form = (await town.say("ana", "new form=yes")).form
    answer = await town.fill("ana", form, title="  ")
    assert answer.form is not None
    assert {field.name: field.error for field in answer.form.fields if field.error} == {"title": "This is needed."}


async def test_a_title_is_one_line(town: Town) -> None:
    form = (await town.say("ana", "new form=yes")).form
    await town.fill("ana", form, title=" Faster\n  refunds ")
    assert town.release().title == "Faster refunds"
    answer = await town.fill("ana", form, title="\u200b\u2060 ")
    assert answer.has_field_errors


# ---- refusals


@pytest.mark.parametrize(
    "words, sentence",
    [
        ("service=paymets", "There is no service “paymets”. Known are payments. Add it: /release service add paymets"),
        ("version=2", 'version= goes with exactly one service; write others as service="payments 2.4.0, web 1.9".'),
        ('service="payments,web" version=2',
         'version= goes with exactly one service; write others as service="payments 2.4.0, web 1.9".'),
        ("service=web version=1,2",
         "A version is written like 2.4.0, without commas, semicolons or @; “1,2” isn't one."),
        ("hours=2", 'A window needs its start: start="2026-12-01 22:00".'),
        ('start="2026-11-30 09:00" hours=2', "That window lies in the past; choose a later start."),
        ('start="2027-03-28 02:30" zone=Europe/Berlin',
         "2027-03-28 02:30 doesn't exist in Europe/Berlin: the clocks go forward over it."),
        ("start=soon", "A time is written 2026-12-01 22:00; “soon” isn't one."),
        ("zone=Berlin", "A time zone is an IANA name such as Europe/Berlin; “Berlin” isn't one."),
        ("hours=0", "A window lasts from 0.25 to 744 hours; 0 doesn't fit."),
        (f"goal={'x' * 3001}", "Goal and scope takes at most 3000 characters; this has 3001."),
    ],
)  # fmt: skip
async def test_what_cannot_be_registered_says_what_could(town: Town, words: str, sentence: str) -> None:
    answer = await town.say("ana", f'new "Refunds" {words}')
    assert answer.refused
    assert sentence_of(answer) == sentence
    assert town.look(lambda records: records.releases.page()) == []
    assert town.postings() == []


async def test_the_way_out_of_a_wrong_word_is_the_form_with_what_was_typed(town: Town) -> None:
    answer = await town.say("ana", 'new "Refunds" service=paymets goal="Faster"')
    assert labels(answer.card) == ["Open the form"]
    form = (await town.press("ana", next(buttons(answer.card)))).form
    assert form is not None
    values = {field.name: field.value for field in form.fields}
    assert (values["title"], values["service"], values["goal"]) == ("Refunds", "paymets", "Faster")


# ---- who hears of it


async def test_who_follows_the_service_at_level_all_is_told_and_nobody_else(town: Town) -> None:
    await town.all(("st", "follow payments all"), ("eve", "follow payments"), ("ana", "follow payments all"))
    await town.say("ana", f"{NEW} {PLANS}")
    assert town.heard("st") == ["REL-1 was registered: Faster refunds"]
    assert town.heard("eve") == town.heard("ana") == []


async def test_a_service_of_several_words_is_quoted_in_the_hint(town: Town) -> None:
    answer = await town.say("ana", 'new "Refunds" service="card machines"')
    assert sentence_of(answer).endswith('Add it: /release service add "card machines"')


async def test_a_service_whose_name_ends_in_a_number_is_found(town: Town) -> None:
    await town.all(
        ("own", 'service add "phone 2"'),
        ("own", 'service add "web 2"'),
        ("ana", 'new "Refunds" service="phone 2, payments 3, web 2"'),
        ("ana", 'new "Again" service="web 2@, phone 2@7"'),
    )
    assert town.release(1).services == [
        ServiceVersion(name="phone 2"),
        ServiceVersion(name="payments", version="3"),
        ServiceVersion(name="web", version="2"),
    ]
    assert town.release(2).services == [ServiceVersion(name="web 2"), ServiceVersion(name="phone 2", version="7")]
