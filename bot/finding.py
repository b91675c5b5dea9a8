"""What the doctor says: one finding per line."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and how to mend it where that is needed."""

    mark: Mark
    subject: str
    fact: str
    mend: str = ""
