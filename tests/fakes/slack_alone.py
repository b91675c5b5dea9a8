"""`python -m tests.fakes.slack_alone 9911`: the fake by itself, to run Cabbot against without an account."""

from __future__ import annotations

import asyncio
import sys

from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack


async def serve(port: int) -> None:
    slack = FakeSlack()
    for name in ("ana", "ben", "chloe"):
        slack.add_user(f"U{name.upper()}", name, email=f"{name}@example.org")
    for name in ("#releases", "#cab", "#announcements"):
        slack.add_channel(name)
    async with slack.running(port):
        settings = {
            "CABBOT_SLACK_API_URL": slack.api_url,
            "CABBOT_SLACK_BOT_TOKEN": BOT_TOKEN,
            "CABBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "CABBOT_ADMINS": "ana@example.org",
        }
        lines = [f"{name}={value}" for name, value in settings.items()]
        lines.append(f"# instead of the signing secret, for Socket Mode: CABBOT_SLACK_APP_TOKEN={APP_TOKEN}")
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
