"""`/release people join`: two accounts that no common e-mail tells to be one person's."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.kit import find
from handlers.kit.arguments import argument
from handlers.kit.call import Call, Refused, Reply, Trail
from handlers.kit.command import command
from handlers.kit.one_person import hindrance, make_one
from messages.form import FieldKind
from messages.refusal import told
from storage.people import Person
from storage.records import Records
from storage.terms import Role


@dataclass(frozen=True, slots=True)
class Both:
    person: str = argument("Person", kind=FieldKind.PERSON, positional=True, example="@ana")
    other: str = argument(
        "Known also as", positional=True, example="a.silva@example.org", limit=200,
        hint="On another platform: an e-mail or the full name there",
    )  # fmt: skip


@command(
    "people join",
    "Tell that two people are one",
    title="Two people are one",
    submit="Join",
    group="Set up",
    roles=(Role.PROCESS_OWNER,),
    example="/release people join @ana a.silva@example.org",
)
def join(call: Call, arguments: Both, records: Records) -> Reply:
    """They have one vote from now on, whichever account they use, and all the roles of both."""
    person = find.person(call, records, arguments.person)
    other = find.person(call, records, arguments.other, field="other", other_than=person.id)
    if person.id == other.id:
        raise Refused(f"{person.name} is one person already.")
    if why := hindrance(records, person, other):
        raise Refused(why)
    before = {"people": [_known_as(each) for each in (person, other)]}
    roles = sorted(records.people.roles(other.id) - records.people.roles(person.id))
    make_one(records, person, other, call.at)
    return Reply(
        card=told("Joined", f"{person.name} and {other.name} are one person now, with one vote and the roles of both."),
        trail=Trail("people", before, {"person": person.name, "roles": [role.value for role in roles]}),
    )


def _known_as(person: Person) -> str:
    return f"{person.name} <{person.email}>" if person.email else person.name
