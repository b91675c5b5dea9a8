"""The user guide lists every command as its declaration has it. RECORD=1 writes the list anew."""

import os
from pathlib import Path

from handlers.kit.arguments import usage
from handlers.kit.command import Command, catalogue
from messages.words import ROLES

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide.md"
MARK = "<!-- commands: made by tests/handlers/test_guide.py with RECORD=1 -->\n"


def row(made: Command) -> str:
    who = ", ".join(ROLES[role].lower() for role in sorted(made.roles))
    restricted = f" ({who})" if who else ""
    return f"- `{usage(made.name, made.arguments)}`  \n  {made.summary}{restricted}."


def commands() -> str:
    people = [made for made in catalogue().values() if not made.clock]
    groups = list(dict.fromkeys(made.group for made in people))
    parts = []
    for group in groups:
        parts.append(f"\n### {group}\n")
        parts += [row(made) for made in sorted(people, key=lambda made: made.name) if made.group == group]
    return "\n".join(parts) + "\n"


def test_the_guide_lists_every_command() -> None:
    head, mark, listed = GUIDE.read_text(encoding="utf-8").partition(MARK)
    assert mark
    if os.environ.get("RECORD") == "1":
        GUIDE.write_text(head + mark + commands(), encoding="utf-8")
        return
    assert listed == commands()
