"""Which service URLs Cabbot speaks to: our token for Teams goes wherever a `serviceUrl` points, so few may be pointed to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.outbound import Origin
from bot.setting_rules import is_loopback

HOSTS = frozenset(
    {
        "smba.trafficmanager.net",  # anybody can have another name of trafficmanager.net
        "smba.infra.gov.teams.microsoft.us",  # GCC High
        "smba.infra.dod.teams.microsoft.us",  # DoD
    }
)
"""Hosts of the Bot Connector for Teams (Microsoft, "Well-known Teams service URLs for proactive messaging")."""

DOMAINS = (".botframework.com", ".teams.microsoft.com")
"""Microsoft's own domains beneath which it has further ones, such as smba.infra.gcc.teams.microsoft.com."""

# Narrower than what URLs may be: two libraries read this address, and it must mean one thing to both.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>(?:[a-z0-9-]+\.)*[a-z0-9-]+|\[::1\])(?::(?P<port>[0-9]{1,5}))?(?P<path>/[A-Za-z0-9._~/-]*)?",
    re.ASCII,
)
MOST = 500
"""Characters of a service URL; Microsoft's have about 80."""


class ServiceHosts:
    """Microsoft's hosts, and the origins that the operator named besides."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        """Raises ValueError for an origin that isn't https, unless it lies on this machine."""
        self._named = frozenset(_named(each) for each in named)

    def allows(self, address: str) -> bool:
        """The address is written without any oddity and leads to one of the hosts. Never raises."""
        read = _ADDRESS.fullmatch(address) if len(address) <= MOST else None
        if read is None or ".." in (read["path"] or ""):
            return False
        scheme, host, port = read["scheme"], read["host"], read["port"]
        if scheme == "https" and port is None and (host in HOSTS or host.endswith(DOMAINS)):
            return True
        standard = "443" if scheme == "https" else "80"
        return (scheme, host, int(port or standard)) in self._named


def same(one: str, other: str) -> bool:
    """Both are the same service URL: a slash at the end makes no difference."""
    return one.rstrip("/") == other.rstrip("/")


def _named(address: str) -> tuple[str, str, int]:
    read = _ADDRESS.fullmatch(address)
    if read is None or (read["scheme"] == "http" and not is_loopback(read["host"].strip("[]"))):
        raise ValueError("a service URL is https, a host and a port (plain http only on this machine)")
    origin = Origin.of(address)
    return origin.scheme, read["host"], origin.port
