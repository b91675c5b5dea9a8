from __future__ import annotations

import pytest

from storage.content import PlanStep
from storage.terms import BallotState, State
from tests.handlers import stories
from tests.handlers.buttons import buttons, labels
from tests.handlers.town import NEW, PLANS, Town, sentence_of, told


async def test_s3_a_change_makes_a_new_revision_and_digest(town: Town) -> None:
    await stories.drafted(town)
    before = town.release()
    answer = await town.say("ana", 'edit REL-1 title="Slower refunds" impact="A pause"')
    after = town.release()
    assert sentence_of(answer) == "REL-1 is at revision 2: title, customer impact changed."
    assert (after.title, after.impact, after.revision) == ("Slower refunds", "A pause", before.revision + 1)
    assert after.digest != before.digest


async def test_the_trail_keeps_before_and_after_of_what_changed(town: Town) -> None:
    await stories.drafted(town)
    await town.say("ana", 'edit REL-1 impact="A pause"')
    entry = town.last()
    assert (entry.command, entry.before, entry.after) == ("edit", {"impact": ""}, {"impact": "A pause"})


async def test_the_card_and_its_thread_show_it(town: Town) -> None:
    await stories.drafted(town)
    await town.say("ana", 'edit REL-1 title="Slower refunds"')
    card, *_, event = town.heard("releases")
    assert card.startswith("REL-1 Slower refunds")
    assert event == "REL-1 is at revision 2: title changed."


@pytest.mark.parametrize(
    "words, field, value",
    [
        ('plan=""', "plan", []),
        ('goal=""', "goal", ""),
        ("plan=“a; b”", "plan", [PlanStep(text="a"), PlanStep(text="b")]),
        ("stages=One", "stages", ["One"]),
        ('stages=""', "stages", ["Pilot", "Full"]),
        ("version=3", "services", "payments 3"),
        ("service=web", "services", "web"),
        ("zone=Europe/Berlin", "zone", "Europe/Berlin"),
    ],
)
async def test_single_words(town: Town, words: str, field: str, value: object) -> None:
    await stories.drafted(town)
    await town.all(("ana", "edit REL-1 goal=Faster stages=Canary"), ("ana", f"edit REL-1 {words}"))
    found = getattr(town.release(), field)
    assert (
        ", ".join(f"{each.name} {each.version}".strip() for each in found) if field == "services" else found
    ) == value


async def test_a_moved_start_keeps_its_length_and_a_length_its_start(town: Town) -> None:
    await town.all(("ana", f"{NEW}"), ("ana", 'edit 1 start="2026-12-05 10:00"'))
    found = town.release()
    assert found.starts_at is not None
    assert found.ends_at is not None
    assert (found.ends_at - found.starts_at).total_seconds() == 2 * 3600
    await town.all(("ana", "edit 1 hours=4"))
    longer = town.release()
    assert longer.starts_at == found.starts_at
    assert longer.ends_at is not None
    assert (longer.ends_at - found.starts_at).total_seconds() == 4 * 3600


async def test_the_service_index_follows(town: Town) -> None:
    await stories.drafted(town)
    await town.all(("ana", "edit REL-1 service=web"))
    assert "No release changes payments." in told(await town.say("ana", "list service=payments"))
    assert "REL-1" in told(await town.say("ana", "list service=web"))


# ---- forms


async def test_without_words_the_form_opens_filled_in_with_what_stands(town: Town) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "edit REL-1")
    assert answer.form is not None
    assert answer.form.say == "edit release=REL-1 revision=1"
    values = {field.name: field.value for field in answer.form.fields}
    assert (values["title"], values["service"], values["start"]) == (
        "Faster refunds", "payments 2.4.0", "2026-12-01 21:00",
    )  # fmt: skip
    assert (values["plan"], values["backout"], values["stages"]) == (
        "drain\ndeploy\ncheck",
        "redeploy 2.3.9",
        "Pilot, Full",
    )
    assert "release" not in values


async def test_the_form_sent_back_as_it_came_changes_nothing(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "edit REL-1")).form
    answer = await town.fill("ana", form)
    assert sentence_of(answer) == "Nothing is different, so REL-1 stays as it is."
    assert town.release().revision == 1


async def test_the_form_changes_what_was_changed_in_it(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "edit REL-1")).form
    answer = await town.fill("ana", form, plan="", impact="A pause")
    assert sentence_of(answer) == "REL-1 is at revision 2: customer impact, deployment plan changed."


async def test_the_form_that_a_button_opens_has_what_stands_under_what_was_typed(town: Town) -> None:
    """Otherwise sending it would wipe out every field that was not typed."""
    await stories.drafted(town)
    answer = await town.say("ana", 'edit REL-1 start=soon goal="Quick"')
    form = (await town.press("ana", next(buttons(answer.card)))).form
    assert form is not None
    values = {field.name: field.value for field in form.fields}
    assert (values["title"], values["start"], values["goal"]) == ("Faster refunds", "soon", "Quick")
    assert values["plan"] == "drain\ndeploy\ncheck"
    assert form.say == "edit release=REL-1 revision=1"


async def test_the_form_by_name_asks_which_release_first(town: Town) -> None:
    await stories.drafted(town)
    for line in ("edit", "edit form=yes"):
        form = (await town.say("ana", line)).form
        assert form is not None
        assert [field.name for field in form.fields] == ["release"]
        second = (await town.fill("ana", form, release="REL-1")).form
        assert second is not None
        assert second.say == "edit release=REL-1 revision=1"
        assert {field.name: field.value for field in second.fields}["title"] == "Faster refunds"
    assert town.release().revision == 1


@pytest.mark.parametrize("key", ["soon", "", "REL-9"])
async def test_a_wrong_key_in_the_form_is_asked_for_again_and_nothing_else(town: Town, key: str) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "edit goal=Quick")).form
    again = await town.fill("ana", form, release=key)
    assert again.has_field_errors
    assert again.form is not None
    assert [field.name for field in again.form.fields] == ["release"]
    last = (await town.fill("ana", again.form, release="REL-1")).card
    assert last is not None
    assert (town.release().goal, town.release().title) == ("Quick", "Faster refunds")


async def test_somebody_elses_change_meanwhile_is_not_overwritten(town: Town) -> None:
    await stories.drafted(town)
    form = (await town.say("ana", "edit REL-1")).form
    await town.all(("rm", "edit REL-1 impact=None"))
    answer = await town.fill("ana", form, title="Mine")
    assert answer.refused
    assert sentence_of(answer) == (
        "REL-1 was changed by somebody else meanwhile (revision 2 now); look at it and edit again."
    )
    assert labels(answer.card) == ["Edit the newest"]
    newest = await town.press("ana", next(buttons(answer.card)))
    assert newest.form is not None
    assert "revision=2" in newest.form.say
    assert town.release().title == "Faster refunds"


# ---- what was approved


async def test_s3_a_change_of_what_was_approved_voids_the_approval(town: Town) -> None:
    await stories.approved(town)
    answer = await town.say("ana", 'edit REL-1 impact="A pause" version=2.4.1')
    assert sentence_of(answer) == (
        "REL-1 is at revision 2: services, customer impact changed. Its approval is void; submit it again."
    )
    assert town.release().state is State.DRAFT
    assert town.ballot().state is BallotState.VOID
    assert labels(answer.card) == ["Edit", "Submit to the CAB", "Cancel", "Details"]


async def test_s3_the_board_hears_field_by_field_what_changed(town: Town) -> None:
    await stories.approved(town)
    await town.say("ana", 'edit REL-1 impact="A pause" version=2.4.1')
    ballot, *_, changed = town.heard("cab")
    assert "void, the release was changed" in ballot
    assert "Approve" not in ballot
    assert "Services: payments 2.4.0 → payments 2.4.1" in changed
    assert "Customer impact: — → A pause" in changed
    assert "revision 2 comes back to you" in changed


async def test_what_was_planned_for_the_old_window_is_taken_back(town: Town) -> None:
    await stories.approved(town)
    assert [due.line for due in town.waiting()] != []
    await town.say("ana", 'edit REL-1 impact="A pause"')
    assert town.waiting() == []


async def test_s3_the_new_revision_is_approved_anew(town: Town) -> None:
    await stories.approved(town)
    await town.all(("ana", 'edit REL-1 impact="A pause"'), ("ana", "submit REL-1"))
    assert town.votes() == []
    await town.all(("bo", "approve REL-1"), ("cy", "approve REL-1"))
    assert town.release().state is State.APPROVED
    assert [due.line for due in town.waiting()] == [
        "upcoming REL-1 before=1440 revision=2", "upcoming REL-1 before=60 revision=2",
    ]  # fmt: skip


async def test_s3_a_change_and_its_undoing_are_two_revisions_and_no_approval(town: Town) -> None:
    await stories.in_window(town)
    await town.all(("ana", 'edit REL-1 impact="A pause"'), ("ana", 'edit REL-1 impact=""'))
    assert town.release().digest == town.ballot().digest
    answer = await town.say("ana", "start REL-1")
    assert answer.refused
    assert town.release().state is State.DRAFT


# ---- refusals


@pytest.mark.parametrize("who", ["bo", "st", "cm", "own", "oc"])
async def test_s2_only_coordinator_and_release_manager_change_it(town: Town, who: str) -> None:
    await stories.drafted(town)
    for line in ("edit REL-1", "edit REL-1 impact=None"):
        answer = await town.say(who, line)
        assert answer.refused
        assert sentence_of(answer) == "That is for the coordinator (Ana) or the release manager."


async def test_s4_in_review_it_is_recalled_first(town: Town) -> None:
    await stories.submitted(town)
    answer = await town.say("ana", "edit REL-1 impact=None")
    assert sentence_of(answer) == "REL-1 is in review; recall it before you change it: /release recall REL-1."


async def test_s4_what_is_on_its_way_is_not_changed(town: Town) -> None:
    await stories.deploying(town)
    answer = await town.say("ana", "edit REL-1 impact=None")
    assert sentence_of(answer) == "REL-1 is deploying; a change is possible while it's a draft or approved."
    assert labels(answer.card) == ["Show REL-1"]


async def test_there_is_no_such_release(town: Town) -> None:
    answer = await town.say("ana", "edit REL-9 impact=None")
    assert sentence_of(answer) == "There is no REL-9."
    assert labels(answer.card) == ["My releases"]


async def test_s4_what_fails_half_way_changes_nothing(town: Town) -> None:
    await stories.drafted(town)
    before = town.release()
    await town.say("ana", f'edit REL-1 title="Other" {PLANS} start="2020-01-01 10:00"')
    assert town.release() == before


@pytest.mark.parametrize(
    "field, words, sentence",
    [
        ("changes", ",".join(f"c{number}" for number in range(201)), "at most 200 change requests; these are 201."),
        ("changes", "x" * 61, "A reference is written like CHG-101, in up to 60 signs"),
        ("stages", "Pilot, Full, pilot", "The stage “Pilot” stands there twice"),
        ("stages", ",".join(f"s{number}" for number in range(21)), "at most 20 stages; these are 21."),
    ],
)
async def test_lists_in_a_form_are_read_as_strictly_as_elsewhere(
    town: Town, field: str, words: str, sentence: str
) -> None:
    await stories.drafted(town)
    answer = await town.say("ana", "edit REL-1", values={field: words})
    assert answer.form is not None
    assert sentence in next(each.error for each in answer.form.fields if each.name == field)
    assert town.release().revision == 1
