"""The small organisation that the playground opens with: its people, channels and services."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.terms import Role

WORKSPACE = "playground"
ORGANISATION = "Tidewater"
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person who can be played. `title` is what they are at work, `about` what they are here to try."""

    handle: str
    name: str
    title: str
    zone: str
    about: str
    roles: tuple[Role, ...] = ()

    @property
    def initials(self) -> str:
        """Two letters that tell people apart where there's room for no more."""
        return self.name[:2].upper()


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, and the audience that hears through it."""

    id: str
    topic: str
    audience: str


@dataclass(frozen=True, slots=True)
class TownService:
    """A service with its owner's handle, the services that it needs, and the version in production."""

    name: str
    owner: str
    tier: int
    needs: str
    version: str


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that is there before the first sentence is said."""

    citizens: tuple[Citizen, ...]
    rooms: tuple[Room, ...]
    services: tuple[TownService, ...] = field(default=())

    def citizen(self, handle: str) -> Citizen:
        """Raises LookupError for nobody of the town."""
        for each in self.citizens:
            if each.handle == handle:
                return each
        raise LookupError(f"nobody here is called {handle}")

    def room(self, channel: str) -> Room:
        """Raises LookupError for no channel of the town."""
        for each in self.rooms:
            if each.id == channel:
                return each
        raise LookupError(f"there is no channel {channel}")


TOWN = Town(
    citizens=(
        Citizen("ana", "Ana", "Release coordinator", "Europe/Berlin", "Plans releases and carries them out."),
        Citizen("tomas", "Tomas", "Testing coordinator", "Europe/Stockholm", "Plans releases of the search service."),
        Citizen(
            "ben",
            "Ben",
            "CAB and ECAB member",
            "Europe/London",
            "Votes on releases, and on emergencies.",
            (Role.CAB_MEMBER, Role.ECAB_MEMBER),
        ),
        Citizen("chiara", "Chiara", "CAB member", "Europe/Rome", "Votes on releases.", (Role.CAB_MEMBER,)),
        Citizen(
            "devika",
            "Devika",
            "Change manager",
            "Asia/Kolkata",
            "Runs the CAB; hears when it stays silent.",
            (Role.CHANGE_MANAGER, Role.CAB_MEMBER, Role.ECAB_MEMBER),
        ),
        Citizen("jun", "Jun", "On-call engineer", "Asia/Seoul", "Opens emergency releases.", (Role.ON_CALL,)),
        Citizen(
            "marta",
            "Marta",
            "Release manager",
            "Europe/Berlin",
            "Owns the process: roles, channels, services, deliveries.",
            (Role.PROCESS_OWNER, Role.RELEASE_MANAGER),
        ),
        Citizen("sofia", "Sofia", "Stakeholder", "Europe/Lisbon", "Runs customer care; holds no role, and reads."),
    ),
    rooms=(
        Room("releases", "Every release, one living card each", "releases"),
        Room("cab", "The change advisory board decides here", "cab"),
        Room("ecab", "Emergencies, for the small board", "ecab"),
        Room("announcements", "What customers and colleagues should know", "announcements"),
        Room("payments", "The team of the payments service", "service:payments"),
        Room("audit", "What changed in the policy, and the head of the audit trail", "audit"),
    ),
    services=(
        TownService("identity", "ana", 1, "-", "1.7.2"),
        TownService("payments", "ana", 2, "-", "2.3.1"),
        TownService("checkout", "ana", 1, "payments, identity", "5.11.0"),
        TownService("search", "tomas", 3, "-", "0.9.3"),
        TownService("warehouse", "marta", 2, "identity", "3.1.0"),
    ),
)
