"""What open pages are told."""

from bot.playground.hub import ANEW, BACKLOG, CLOSED, Event, Hub


async def test_every_open_page_hears_and_a_closed_one_doesnt() -> None:
    hub = Hub()
    with hub.listening() as one:
        with hub.listening() as two:
            hub.tell(Event("said"))
            assert two.get_nowait() == Event("said")
        hub.tell(Event("clock"))
        assert two.empty()
        assert [one.get_nowait(), one.get_nowait()] == [Event("said"), Event("clock")]


async def test_a_page_that_doesnt_read_begins_anew_instead_of_growing_for_ever() -> None:
    hub = Hub()
    with hub.listening() as slow:
        for number in range(BACKLOG + 1):
            hub.tell(Event("posted", "cab", number))
        assert slow.qsize() == 2
        assert [slow.get_nowait(), slow.get_nowait()] == [ANEW, Event("posted", "cab", BACKLOG)]


async def test_a_closed_hub_lets_every_page_go() -> None:
    hub = Hub()
    with hub.listening() as before:
        hub.close()
        assert before.get_nowait() == CLOSED
    with hub.listening() as after:
        assert after.get_nowait() == CLOSED
