"""What the tests of typing, pressing and filling in have in common."""

from tests.bot.slack.serving import Served
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_world import Message, View

NEW = 'new "Faster refunds" start="2030-12-01 22:00" hours=2 zone=Europe/Berlin'


async def opened(slack: FakeSlack, user: str) -> View:
    views = await slack.until(lambda: slack.world.open_views(user))
    return views[-1]


async def whispered(slack: FakeSlack, user: str, count: int = 1) -> Message:
    """The newest message that only this person sees, once there are so many."""
    found = await slack.until(lambda: slack.private(user)[count - 1 :])
    return found[-1]


async def keys(cabbot: Served) -> list[str]:
    return await cabbot.records(lambda records: [each.key for each in records.releases.page()], TEAM)


async def released(slack: FakeSlack) -> Message:
    ack = await slack.command("UANA", "#pay", "/release", NEW)
    assert ack.message is not None
    return ack.message
