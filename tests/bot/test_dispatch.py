"""The one door: who may come in, what happens twice, what breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.dispatch import Door
from bot.sentence import Sentence, Speaker
from handlers.policy.rules import Rules
from storage.organisation import Connections
from storage.statement import Conflict, Transaction, Unavailable
from storage.store import Store
from storage.terms import AccountKind, Origin, Outcome, Platform, State
from tests.handlers import stories
from tests.handlers.buttons import labels
from tests.handlers.town import NEW, PLANS, Town, in_memory, sentence_of, told


@pytest.fixture(scope="module")
def database() -> Iterator[Store]:
    yield from in_memory()


@pytest.fixture
def town(database: Store) -> Town:
    return Town(database)


# ---- who comes in


async def test_the_first_word_of_a_person_writes_them_down(town: Town) -> None:
    await town.all(("newcomer", "new Refunds"))
    found = town.release()
    assert town.look(lambda records: records.people.get(found.coordinator_id)).name == "newcomer"
    await town.all(("newcomer", "new Again"))
    assert town.release(2).coordinator_id == found.coordinator_id


async def test_a_stranger_holds_no_role(town: Town) -> None:
    await stories.submitted(town)
    assert (await town.say("newcomer", "approve REL-1")).refused


async def test_a_workspace_that_belongs_to_nobody_is_told_so(town: Town) -> None:
    speaker = Speaker(Platform.PLAYGROUND, "elsewhere", "ana", "ana")
    for line in ("list", "new Refunds"):
        answer = await town.door.say(Sentence("call", speaker, line, Origin.TYPED))
        assert sentence_of(answer) == (
            "This workspace isn't connected to Cabbot; ask whoever runs Cabbot to install it here."
        )


async def test_a_workspace_that_was_disconnected_is_not_remembered(town: Town) -> None:
    await town.all(("ana", "new Refunds"))

    def disconnect(tx: Transaction) -> None:
        connection = Connections(tx).of(Platform.PLAYGROUND, town.workspace)
        assert connection is not None
        Connections(tx).save(connection.model_copy(update={"removed_at": town.clock.at}))

    town.store.write_now(disconnect)
    town.door.forget(Platform.PLAYGROUND, town.workspace)
    assert (await town.say("ana", "new Again")).refused


@pytest.mark.parametrize("kind", [AccountKind.GUEST, AccountKind.FOREIGN, AccountKind.BOT])
@pytest.mark.parametrize("line", [NEW, "edit REL-1 goal=x", "follow payments", 'status schedule "0 9 * * *"', "link"])
async def test_guests_foreign_accounts_and_bots_change_nothing(town: Town, kind: AccountKind, line: str) -> None:
    await stories.drafted(town)
    answer = await town.say("zed", line, kind=kind)
    assert sentence_of(answer) == ("Only full members change releases; guests and outside accounts read along.")
    assert town.release().revision == 1
    assert town.last().outcome is Outcome.REFUSED


async def test_a_deactivated_account_changes_nothing(town: Town) -> None:
    town.add("gone", active=False)
    assert (await town.say("gone", "new Refunds")).refused


async def test_what_is_said_nowhere_in_particular_still_knows_its_workspace(town: Town) -> None:
    """A shortcut has no channel."""
    answer = await town.say("own", "link cab", channel="")
    assert sentence_of(answer) == "This is a conversation between the two of us; name a channel with #."
    assert not (await town.say("own", "link cab <#board|board>", channel="")).refused
    assert not (await town.say("own", "role grant <@st> cab_member", channel="")).refused


async def test_two_different_acts_that_want_the_same_row_are_told_apart_from_a_repeat(town: Town) -> None:
    """A unique key that another transaction took first is no repeat of this act."""
    store = Raced(town.store)
    town.door = Door(store, town.clock, Rules())  # type: ignore[arg-type]  # a double of the store
    answer = await town.say("own", "link cab <#board|board>")
    assert answer.refused
    assert sentence_of(answer) == (
        "Somebody changed the same thing at the same moment; look again and repeat it if need be."
    )


class Raced:
    """A store in which somebody else was first."""

    def __init__(self, store: Store) -> None:
        self.read = store.read

    async def write(self, work: Any) -> Any:
        raise Conflict("UNIQUE constraint failed: link.audience")


# ---- other organisations


async def test_another_organisation_with_the_same_keys_sees_and_changes_nothing(town: Town, database: Store) -> None:
    other = Town(database)
    await stories.submitted(town)
    await other.all(("ana", 'new "Theirs" service=web'))
    before, postings = town.release(), town.postings()
    for who, line in (
        ("rm", "edit REL-1 title=Taken"), ("rm", "cancel REL-1 no"), ("bo", "approve REL-1"), ("rm", "submit REL-1"),
        ("st", "follow REL-1 all"), ("own", "unlink cab <#cab|cab>"), ("own", "role revoke <@bo> cab_member"),
    ):  # fmt: skip
        await other.say(who, line)
    assert (town.release(), town.votes(), town.postings()) == (before, [], postings)
    assert "Theirs" not in told(await town.say("ana", "list"))
    assert "Faster refunds" not in told(await other.say("rm", "list"))
    assert "Nothing waits" in told(await other.say("bo", "list waiting"))
    assert not (await town.say("bo", "approve REL-1")).refused


async def test_a_key_that_only_others_have_is_not_there(town: Town, database: Store) -> None:
    other = Town(database)
    await stories.submitted(town)
    for line in ("show REL-1", "edit REL-1", "approve REL-1", "start REL-1", "status REL-1"):
        assert sentence_of(await other.say("bo", line)) == "There is no REL-1."


async def test_people_of_others_are_not_known_here(town: Town, database: Store) -> None:
    other = Town(database)
    other.add("theirs")
    assert (await town.say("own", "role grant @theirs cab_member")).refused


# ---- crashes


class Broken:
    """A part of the policy that can't be read."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("xoxb-secret: broken on purpose")


async def test_a_crash_answers_with_a_reference_that_the_log_has_and_changes_nothing(town: Town) -> None:
    await stories.drafted(town)
    before = (town.release(), len(town.journal()), len(town.postings()), town.waiting())
    town.door = Door(town.store, town.clock, Rules(approval=Broken()))  # type: ignore[arg-type]  # broken on purpose
    with capture_logs() as logs:
        answer = await town.say("ana", "submit REL-1", call="crashing")
    assert answer.refused
    assert (town.release(), len(town.journal()), len(town.postings()), town.waiting()) == before
    reference = re.search(r"`?([0-9a-f]{8})`?", told(answer))
    assert reference is not None
    crashed, line = logs
    assert (crashed["event"], crashed["reference"], crashed["call"]) == ("crashed", reference.group(1), "crashing")
    assert crashed["exc_info"] is not None
    assert (line["outcome"], line["command"]) == ("crashed", "submit")
    assert "broken on purpose" not in told(answer)


async def test_after_a_crash_the_same_act_can_be_repeated(town: Town) -> None:
    await stories.drafted(town)
    whole, town.door = town.door, Door(town.store, town.clock, Rules(approval=Broken()))  # type: ignore[arg-type]  # broken on purpose
    await town.say("ana", "submit REL-1", call="crashing")
    town.door = whole
    assert not (await town.say("ana", "submit REL-1", call="crashing")).refused
    assert town.release().state is State.IN_REVIEW


class Down:
    """A store whose database can't be reached."""

    async def write(self, work: Any) -> Any:
        raise Unavailable("connection refused")

    read = write


async def test_a_database_that_is_down_is_an_answer(town: Town) -> None:
    door = Door(Down(), town.clock, Rules())  # type: ignore[arg-type]  # a double of the store
    with capture_logs() as logs:
        for line in ("list", "new Refunds"):
            answer = await door.say(town.sentence("ana", line))
            assert answer.refused
            assert "reference" in told(answer)
    assert [log["event"] for log in logs] == ["database unavailable", "call"] * 2


async def test_one_line_of_log_for_each_call(town: Town) -> None:
    with capture_logs() as logs:
        await town.say("ana", NEW, call="one")
        await town.say("ana", NEW, call="one")
        await town.say("st", "start REL-1")
        await town.say("st", "frobnicate")
        await town.say("st", "list")
    assert [(log["event"], log["command"], log["outcome"]) for log in logs] == [
        ("call", "new", "done"),
        ("call", "new", "repeated"),
        ("call", "start", "refused"),
        ("call", "?", "unknown"),
        ("call", "list", "done"),
    ]
    assert {"call", "person", "platform", "ms"} <= logs[0].keys()
    assert "Faster refunds" not in str(logs)  # what people write stays out of the log


# ---- user text is data


VECTORS = (
    "'; DROP TABLE release; --", '" OR ""="', "1' OR '1'='1", "%s%s%s", "{0}{title}", ":title", "?", "\\'; --",
    "Robert'); DELETE FROM journal;--", "NULL", "\u0000x", "\ud800", "<!channel> <@U1> *bold* `code`", "a" * 150, "\u202eexe",
    "UNION SELECT hash FROM journal", "${jndi:x}", "{{7*7}}", "\r\nSet-Cookie: a=b", "'||(SELECT 1)||'", "Ünïcödé 🚀",
)  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS)
async def test_whatever_is_written_is_kept_as_words(town: Town, vector: str) -> None:
    await town.all(("ana", f"{NEW} {PLANS}"), ("ana", "new Other"))
    other, trail = town.release(2), len(town.journal())
    form = (await town.say("ana", "edit REL-1")).form
    answer = await town.fill("ana", form, title=vector, goal=vector, impact=vector, plan=vector, backout=vector)
    assert not answer.refused
    await town.all(("ana", "submit REL-1"))
    await town.say("bo", "approve REL-1", values={"comment": vector})
    assert town.release().title == town.release().goal == _kept(vector)
    assert town.votes()[0].comment == _kept(vector)
    assert town.release(2) == other
    assert len(town.journal()) == trail + 3
    assert labels((await town.say("ana", "show REL-1")).card) != []


def _kept(vector: str) -> str:
    gone = {0: None, 13: None, 0x202E: None, 0xD800: "\ufffd"}
    return vector.replace("\r\n", "\n").translate(gone).strip()
