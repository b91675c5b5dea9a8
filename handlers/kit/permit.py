"""Whether a person may say a command at all, whatever it is about."""

from __future__ import annotations

from handlers.kit.call import Call, NotTheirs
from handlers.kit.command import Command
from messages.words import ROLES
from storage.terms import Role


def permit(command: Command, call: Call) -> None:
    """Raises NotTheirs when this person may not say this command at all; roles are those of this moment."""
    if not command.reads and not call.member:
        raise NotTheirs("Only full members change releases; guests and outside accounts read along.")
    if command.roles and not command.roles & call.roles:
        who = " or ".join(ROLES[role].lower() for role in Role if role in command.roles)
        raise NotTheirs(f"“{command.name}” is for the {who}. A process owner can grant that: /release role grant.")
