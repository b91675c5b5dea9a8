"""From words to records, with a sentence for what isn't there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from handlers.kit.call import Call, NotTheirs, Place, Refused
from handlers.kit.read import release_number
from handlers.policy.lifecycle import Actor, Rule, actors, rule_for, why_not
from messages.card import Button
from messages.line import compose
from messages.words import either
from storage.content import ServiceVersion
from storage.people import Account, Person
from storage.records import Records
from storage.release import Release
from storage.terms import Move, Platform, ReleaseType

_PERSON = re.compile(r"<@([A-Za-z0-9_.:-]+)(?:\|[^>]*)?>\Z")
_DIRECTORY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_CHANNEL = re.compile(r"<#([A-Za-z0-9_.:@-]+)(?:\|([^>]*))?>\Z")


def release(records: Records, number: int) -> Release:
    """The organisation's release of that number; another organisation's isn't there at all."""
    found = records.releases.by_number(number)
    if found is None:
        raise Refused(f"There is no REL-{number}.", field="release", ways=(Button("My releases", "list mine"),))
    return found


def permitted(call: Call, records: Records, found: Release, move: Move) -> Rule:
    """The rule by which this person may make the move now. Raises Refused that says why not, and the way out."""
    rule = rule_for(found, move, call.rules)
    if rule is None:
        raise Refused(why_not(found, move, call.rules), ways=(Button(f"Show {found.key}", f"show {found.key}"),))
    if call.by_clock:
        return rule
    if why := not_theirs(call, records, found, rule):
        raise NotTheirs(why, people=(found.coordinator_id,))
    return rule


def not_theirs(call: Call, records: Records, found: Release, rule: Rule) -> str:
    """Why a move isn't for this person, whatever the state of the release; "" when it is."""
    if Actor.BOARD in rule.who or actors(call.person.id, call.roles, found) & set(rule.who):
        return ""
    owner = records.people.get(found.coordinator_id).name
    emergency = found.type is ReleaseType.EMERGENCY
    who = [_who(actor, owner) for actor in rule.who if actor is not Actor.ON_CALL or emergency]
    return f"That is for {either(who)}."


def _who(actor: Actor, owner: str) -> str:
    return f"the coordinator ({owner})" if actor is Actor.COORDINATOR else f"the {actor.value}"


def services(records: Records, wanted: Iterable[ServiceVersion]) -> list[ServiceVersion]:
    """The services by the names they were registered with. “web 2” is web in version 2, or else the service “web 2”."""
    return [_service(records, each) for each in wanted]


def _service(records: Records, wanted: ServiceVersion) -> ServiceVersion:
    if wanted.version and records.services.by_name(wanted.name) is None:
        whole = records.services.by_name(f"{wanted.name} {wanted.version}")
        if whole is not None:
            return ServiceVersion(name=whole.name)
    return ServiceVersion(name=service(records, wanted.name), version=wanted.version)


def service(records: Records, name: str) -> str:
    found = records.services.by_name(name)
    if found is not None:
        return found.name
    known = [each.name for each in records.services.all()]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:5]
    hint = f"Known are {', '.join(near)}." if near else "None is registered yet."
    add = f"/release {compose('service', 'add', name)}"
    raise Refused(f"There is no service “{name}”. {hint} Add it: {add}", field="service")


def person(
    call: Call, records: Records, word: str, *, field: str = "person", other_than: int = 0, reads: bool = False
) -> Person:
    """A person by mention, @handle, e-mail, full name or `me`. A mentioned account that we don't know yet is written down,
    unless the command only `reads`.

    A name must be that of one person; `other_than` is one whom it can't mean.
    """
    word = word.strip()
    if word.lower() == "me":
        return call.person
    if "@" in word[1:] and not word.startswith("<"):
        found = records.people.by_email(word)
        if found is not None:
            return found
        raise Refused(f"Nobody here is known by the e-mail {word}; mention the person with @ instead.", field=field)
    account = _account(call, records, word, field if reads else None)
    if account is not None and (account.person_id != other_than or word.startswith("<")):
        return records.people.get(account.person_id)
    called = [each for each in records.people.called(word) if each.id != other_than]
    if len(called) == 1:
        return called[0]
    if called:
        raise Refused(
            f"{len(called)} people are called “{word}”; mention the one you mean, or write their e-mail.", field=field
        )
    if account is not None:
        return records.people.get(account.person_id)
    raise Refused(f"I don't know who “{word}” is; mention the person with @, or write their full name.", field=field)


def _account(call: Call, records: Records, word: str, stranger: str | None) -> Account | None:
    """`stranger`: the field at fault when the mentioned one isn't known yet and can't be written down either."""
    if call.place is None:
        return None
    where = (call.place.platform, call.place.workspace)
    if not (mention := _PERSON.match(word)):
        return records.people.by_handle(*where, word.removeprefix("@"))
    external = mention.group(1)
    known = records.people.account(*where, external) or records.people.by_directory_id(*where, external)
    if known is None and stranger is not None:
        raise Refused("I haven't met them yet, so they hold no role here and have no part in anything.", field=stranger)
    return known or _noted(call, records, where, external)


def _noted(call: Call, records: Records, where: tuple[Platform, str], external: str) -> Account:
    """A picker may give the account by the directory's id alone; its own id is learnt at its first word."""
    platform, workspace = where
    account = Account.model_construct(platform=platform, workspace=workspace, external=external)
    account.directory_id = external if _DIRECTORY_ID.match(external) else ""
    return records.people.newcomer(external, account, call.at)


def channel(call: Call, records: Records, word: str, *, field: str = "channel") -> Place:
    """A mentioned channel, one by a name that the platform has told us, or the one where it's said."""
    word = word.strip()
    if call.place is None:
        raise Refused("Say it in a channel, or name one with #.", field=field)
    if mention := _CHANNEL.match(word):
        return Place(call.place.platform, call.place.workspace, mention.group(1), mention.group(2) or "")
    if word and word.lower() != "here":
        return _called(call.place, records, word, field)
    if call.place.direct:
        raise Refused("This is a conversation between the two of us; name a channel with #.", field=field)
    return call.place


def _called(here: Place, records: Records, word: str, field: str) -> Place:
    """Teams has no sign by which a channel is picked, but tells the names of those that Cabbot is in."""
    name = word.removeprefix("#").casefold()
    shared = records.conversations.shared(here.platform, here.workspace)
    known = [each for each in shared if each.kind == "channel" and each.name.casefold() == name]
    if len(known) == 1:
        return Place(here.platform, here.workspace, known[0].external, known[0].name)
    if known:
        raise Refused(f"{len(known)} channels are called “{word}”; say it in the one that you mean.", field=field)
    way = "say it there" if here.platform is Platform.TEAMS else "pick it with #"
    raise Refused(f"“{word}” isn't a channel I can see; {way}.", field=field)


def optional_release(word: str) -> int | None:
    """A release key, or nothing."""
    return release_number(word) if word.strip() else None
