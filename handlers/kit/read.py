"""How argument words are read. Each raises ValueError with a sentence for the person who typed them."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from messages.plan_lines import without_marks
from storage.content import ServiceVersion

E = TypeVar("E", bound=StrEnum)

_KEY = re.compile(r"(?:rel-?|#)?(\d{1,9})\Z", re.IGNORECASE)
_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}\Z")
MOST_LINES = 100
MOST_STAGES = 20
LONGEST_WINDOW_HOURS = 24 * 31


def release_number(word: str) -> int:
    """REL-42, rel-42, #42 or 42."""
    found = _KEY.match(word.strip())
    if not found:
        raise ValueError(f"A release is named by its key, such as REL-42; “{word}” isn't one.")
    return int(found.group(1))


def service_name(word: str) -> str:
    name = word.strip()
    if not _SERVICE.match(name):
        raise ValueError(f"A service's name is up to 60 letters, digits, spaces, dots or dashes; “{name}” isn't one.")
    return name


def services(word: str) -> tuple[ServiceVersion, ...]:
    """`payments 2.4.0, web`: names, each with its version behind a space, an @ or nothing."""
    found: dict[str, ServiceVersion] = {}
    for part in re.split(r"[,;\n]", word):
        if not part.strip():
            continue
        name, version = _split_version(part.strip())
        found.setdefault(name.lower(), ServiceVersion(name=service_name(name), version=version))
    return tuple(found.values())


def service_words(given: ServiceVersion) -> str:
    """What `services` reads as exactly this service and version."""
    words = f"{given.name} {given.version}".strip()
    return words if _split_version(words) == (given.name, given.version) else f"{given.name}@{given.version}"


def version(word: str) -> str:
    """A version such as 2.4.0 or 2.4.0 beta 1; the signs that separate services are no part of it."""
    if re.search(r"[,;@\n]", word.strip()):
        raise ValueError(f"A version is written like 2.4.0, without commas, semicolons or @; “{word}” isn't one.")
    return word.strip()


def _split_version(part: str) -> tuple[str, str]:
    if "@" in part:
        name, _, version = part.rpartition("@")
        return name.strip(), version.strip()
    name, _, last = part.rpartition(" ")
    return (name.strip(), last) if name and re.match(r"v?\d", last) else (part, "")


def lines(word: str) -> tuple[str, ...]:
    """Lines of a plan: one a line, or separated by semicolons; numbers and bullets before them are dropped."""
    parts = word.splitlines() if "\n" in word.strip() else word.split(";")
    found = tuple(stripped for part in parts if (stripped := without_marks(part)))
    if len(found) > MOST_LINES:
        raise ValueError(f"A plan has at most {MOST_LINES} lines; this has {len(found)}.")
    return found


def names(word: str) -> tuple[str, ...]:
    """Names separated by commas or lines, such as change requests or stages."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[,;\n]", word) if part.strip()))


def stages(word: str) -> tuple[str, ...]:
    """Names of stages, which differ by more than capital letters."""
    found = names(word)
    if len(found) > MOST_STAGES:
        raise ValueError(f"A release has at most {MOST_STAGES} stages; these are {len(found)}.")
    known = {each.casefold(): each for each in found}
    if len(known) < len(found):
        twice = next(each for each in found if each not in known.values())
        raise ValueError(f"The stage “{twice}” stands there twice, but for capital letters; give it another name.")
    return found


def hours(word: str) -> float:
    """The length of a window in hours, a quarter of an hour to a month."""
    try:
        count = float(word.strip().removesuffix("h").replace(",", "."))
    except ValueError:
        raise ValueError(f"A length is a number of hours such as 2 or 1.5; “{word}” isn't one.") from None
    if not 0.25 <= count <= LONGEST_WINDOW_HOURS:
        raise ValueError(f"A window lasts from 0.25 to {LONGEST_WINDOW_HOURS} hours; {count:g} doesn't fit.")
    return count


def whole(word: str) -> int:
    """A whole number of at least one."""
    stripped = word.strip().removeprefix("#")
    if not (stripped.isascii() and stripped.isdecimal()) or not 0 < int(stripped) < 2**31:
        raise ValueError(f"That takes a number; “{word}” isn't one.")
    return int(stripped)


def needed(word: str) -> str:
    """Text of which something is to be seen."""
    if not any(sign.isprintable() and not sign.isspace() for sign in word):
        raise ValueError("This needs a few words.")
    return word.strip()


def title(word: str) -> str:
    """One line that names a thing."""
    return " ".join(needed(word).split())


def one_of(kind: type[E]) -> Callable[[str], E]:
    """Reader for one value of an enumeration; spaces and dashes stand for underscores."""

    def read(word: str) -> E:
        wanted = word.strip().lower().replace(" ", "_").replace("-", "_")
        try:
            return kind(wanted)
        except ValueError:
            known = ", ".join(each.value for each in kind)
            raise ValueError(f"It is one of {known}; “{word}” isn't.") from None

    return read
