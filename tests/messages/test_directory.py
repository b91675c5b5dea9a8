from messages.card import Card, ChannelRef, Fact, Facts, Heading, Items, PersonRef, Plain, Refresh, item, note, text
from messages.directory import Directory, people_to_know, people_to_notify
from tests.messages import samples


def test_a_channel_is_known_in_its_own_workspace() -> None:
    assert samples.DIRECTORY.channel(ChannelRef("slack", "T1", "C1", "x")) == "C1"
    assert samples.DIRECTORY.channel(ChannelRef("slack", "T2", "C1", "x")) is None
    assert samples.DIRECTORY.channel(ChannelRef("teams", "T1", "C1", "x")) is None
    assert samples.DIRECTORY.channel(ChannelRef("slack", "T1", "", "x")) is None
    assert Directory().channel(ChannelRef("", "", "", "x")) is None


def test_an_account_is_known_or_not() -> None:
    assert samples.DIRECTORY.account(2) == "U2"
    assert Directory().account(2) is None


def test_people_to_notify_are_found_wherever_they_stand() -> None:
    def ping(n: int) -> PersonRef:
        return PersonRef(n, "x", notify=True)

    parts = (
        Heading("x"),
        text(ping(1), PersonRef(9, "quiet")),
        Facts((Fact("x", (ping(2),)),)),
        Items((item(ping(3)),)),
        note(ping(4)),
    )
    assert people_to_notify(Card("T", parts)) == {1, 2, 3, 4}
    assert people_to_notify(Card("T", (text(Plain("nobody")),))) == frozenset()


def test_people_to_know_are_those_whose_card_is_refreshed_too() -> None:
    refresh = Refresh("ballot REL-1", (PersonRef(5, "x"), PersonRef(6, "y")))
    card = Card("T", (text(PersonRef(1, "x", notify=True), PersonRef(9, "quiet")),), refresh=refresh)
    assert people_to_know(card) == {1, 5, 6}
    assert people_to_know(Card("T")) == frozenset()
    assert people_to_notify(card) == {1}
