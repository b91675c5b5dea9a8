"""`/release link organisation`: a Slack workspace and a Teams tenant become one organisation."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from handlers.kit.arguments import argument
from handlers.kit.call import Call, Direct, Post, Refused, Reply, Trail, minutes
from handlers.kit.command import command
from handlers.kit.union import Brought, unite
from messages.joining import code_card, joined_card, welcome_card, what_came
from messages.words import HOMES, count
from storage.join_code import JoinCode
from storage.organisation import Moved
from storage.records import Records
from storage.terms import Platform, Role

SUBJECT, GUESS = "organisation", "organisation code"
"""What the trail files a join under, and a code that didn't fit: by that, guesses are counted."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: five bits a sign, and none that is easily taken for another."""
GROUPS, GROUP = 4, 4
"""16 signs are 80 bits: nobody guesses one in the minutes that it is good for."""

_READ_AS = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Joined:
    code: str = argument(
        "Code", default="", blank="", rest=True, limit=80, hint="Shown on the other side; empty to show one here"
    )


@command(
    "link organisation",
    "Let a workspace or tenant join, or join with its code",
    title="Join an organisation",
    submit="Join",
    group="Set up",
    roles=(Role.PROCESS_OWNER,),
    example="/release link organisation",
)
def link_organisation(call: Call, arguments: Joined, records: Records) -> Reply:
    """Without a code it shows one for the other side."""
    return _join(call, arguments.code, records) if arguments.code else _show(call, records)


def new_code() -> str:
    """Four groups of four signs."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def digest(code: str) -> str:
    """What is kept of a code, however it is typed: in small letters, with or without dashes, an O for a zero."""
    signs = re.sub(r"[\s\W_]", "", code).upper().translate(_READ_AS)
    return hashlib.sha256(signs.encode()).hexdigest()


def _show(call: Call, records: Records) -> Reply:
    if call.place is not None and call.place.platform is Platform.TEAMS and not call.place.direct:
        raise Refused("The answer holds a code that only you should see; say it to me directly.")
    code, until = new_code(), call.at + minutes(call.rules.joining.code_minutes)
    records.join_codes.add(
        JoinCode(
            organisation_id=records.organisation.id,
            digest=digest(code),
            made_by=call.person.id,
            made_at=call.at,
            until=until,
        )
    )
    return Reply(
        card=code_card(code, until, call.zone),
        trail=Trail(SUBJECT, after={"code": "shown", "until": until.isoformat()}),
    )


def _join(call: Call, code: str, records: Records) -> Reply:
    _not_guessing(call, records)
    found = records.join_codes.by_digest(digest(code))
    if found is None or found.until <= call.at:
        raise _wrong()
    if found.organisation_id == records.organisation.id:
        raise Refused("That code was shown here; type it on the side that is to join.")
    other = _beside(records, found)
    if not records.join_codes.use(found, call.at):
        raise _wrong()
    _nothing_of_its_own(records, other)  # a refusal takes everything back: the code is still good
    brought = unite(records, other, call.at)
    return _told(call, found, records, other, brought)


def _not_guessing(call: Call, records: Records) -> None:
    rules = call.rules.joining
    since = call.at - timedelta(minutes=rules.code_minutes)
    if len(records.journal.refused(GUESS, since, limit=rules.tries)) >= rules.tries:
        raise Refused(
            f"{count(rules.tries, 'code was', 'codes were')} wrong. Wait {count(rules.code_minutes, 'minute')}, then have a "
            "new one shown on the other side, with “link organisation”."
        )


def _wrong() -> Refused:
    """One sentence for every code that isn't good, so that nobody learns from it."""
    return Refused(
        "That code isn't good: it's wrong, used or too old. Have a new one shown on the other side, with "
        "“link organisation”.",
        subject=GUESS,
    )


def _beside(records: Records, code: JoinCode) -> Records:
    """The organisation that showed the code, if it still stands and whoever was shown it still answers for it."""
    try:
        other = records.beside(code.organisation_id)
    except Moved:
        raise _wrong() from None
    owners = {owner.id for owner in other.people.holders(Role.PROCESS_OWNER)}
    if code.made_by not in owners:
        raise _wrong()
    return other


def _nothing_of_its_own(records: Records, other: Records) -> None:
    if not records.releases.page(limit=1):
        return
    if other.releases.page(limit=1):
        raise Refused(
            "Both organisations have releases, and a release can't change its organisation; they can't become one."
        )
    raise Refused(
        "This organisation has releases, so the other one has to join it: have a code shown here, and type it there."
    )


def _told(call: Call, code: JoinCode, records: Records, other: Records, brought: Brought) -> Reply:
    came = what_came(brought.people, len(brought.known), brought.channels, brought.services)
    owners = [owner.name for owner in other.people.holders(Role.PROCESS_OWNER)]
    home = HOMES.get(call.place.platform if call.place else Platform.SLACK, "workspace")
    card = joined_card(home, other.organisation.name, came, owners)
    welcome = welcome_card(home, brought.workspaces, call.person.name, came)
    there = Reply(
        card=card,
        posts=(Post(Direct(code.made_by), welcome, f"joined:{call.id}", SUBJECT),),
        trail=Trail(SUBJECT, after={"joined": records.organisation.name} | brought.as_trail()),
    )
    here = Trail(SUBJECT, before={"roles": brought.roles}, after={"joined": other.organisation.name})
    return Reply(card=card, trail=here, elsewhere=((there, other),))
