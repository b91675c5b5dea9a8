"""`/release me`: who I am to Cabbot, and on which platform it writes to me."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.notices import account_for
from messages.form import Choice, FieldKind
from messages.me import Home, me_card
from messages.refusal import told
from messages.words import PLATFORMS
from storage.people import Account
from storage.records import Records
from storage.terms import Platform

_CHOICES = tuple(Choice(each.value, PLATFORMS[each]) for each in (Platform.SLACK, Platform.TEAMS))


@dataclass(frozen=True, slots=True)
class Me:
    notices: str = argument(
        "Write to me on", kind=FieldKind.CHOICE, default="", choices=_CHOICES, example="teams",
        hint="Where direct messages go, if you use both",
    )  # fmt: skip


@command(
    "me",
    "See who I am here, and where notices go",
    title="Where notices go",
    group="Set up",
    example="/release me notices=teams",
)
def me(call: Call, arguments: Me, records: Records) -> Reply:
    """Without words it shows what is known."""
    if arguments.notices:
        return _prefer(call, Platform(arguments.notices), records)
    person = call.person
    home = [_home(account, records) for account in records.people.accounts(person.id)]
    told_at = account_for(records, person.id)
    follows = len(records.follows.by(person.id))
    roles = records.people.roles(person.id)
    notices = _home(told_at, records) if told_at else None
    return Reply(card=me_card(person, roles, home, notices, follows=follows, zone=call.zone))


def _prefer(call: Call, platform: Platform, records: Records) -> Reply:
    name = PLATFORMS[platform]
    if platform not in {account.platform for account in records.people.accounts(call.person.id)}:
        raise Refused(
            f"You have no account on {name} here. Say something to me there first; a process owner can join your two "
            "accounts if their e-mail differs: /release people join"
        )
    before = call.person.prefers
    call.person.prefers = platform.value
    records.people.save(call.person)
    return Reply(
        card=told("Noted", f"I write to you on {name} from now on; cards that you have already change where they are."),
        trail=Trail("people", {"notices": before}, {"person": call.person.name, "notices": platform.value}),
    )


def _home(account: Account, records: Records) -> Home:
    connection = records.workspaces.of(account.platform, account.workspace)
    return Home(PLATFORMS[account.platform], connection.name if connection else "", account.handle)
