"""Row 6 of the threats: our token goes to Microsoft's hosts, and to those that the operator named."""

import pytest

from bot.teams.service_hosts import ServiceHosts, same

MICROSOFTS = [
    "https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/teams/", "https://smba.trafficmanager.net",
    "https://smba.trafficmanager.net/amer/0d9b6f6c-7d5a-4b57-9f0e-4f1f4a3a7c11/",
    "https://smba.trafficmanager.net/amer-client-ss.msg/", "https://smba.infra.gcc.teams.microsoft.com/gcc",
    "https://smba.infra.gcc.teams.microsoft.com/teams", "https://smba.infra.gov.teams.microsoft.us/gcch",
    "https://smba.infra.dod.teams.microsoft.us/teams", "https://europe.api.botframework.com/",
]  # fmt: skip

HOSTILE = [
    "", " ", "x", "/", "//smba.trafficmanager.net/", "smba.trafficmanager.net/emea/", "https://", "https:///emea/",
    "http://smba.trafficmanager.net/emea/", "HTTPS://smba.trafficmanager.net/emea/", "ftp://smba.trafficmanager.net/",
    "file:///etc/passwd", "javascript://smba.trafficmanager.net/%0aalert(1)", "wss://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:444/emea/", "https://smba.trafficmanager.net:80/", "https://smba.trafficmanager.net:/",
    "https://user@smba.trafficmanager.net/", "https://user:pw@smba.trafficmanager.net/", "https://@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net@evil.example/", "https://smba.trafficmanager.net:443@evil.example/",
    "https://smba.trafficmanager.net%40evil.example/", "https://smba.trafficmanager.net%2f@evil.example/",
    "https://smba.trafficmanager.net.evil.example/", "https://evil.example/smba.trafficmanager.net",
    "https://evil.example#smba.trafficmanager.net", "https://evil.example?smba.trafficmanager.net",
    "https://evil.example\\@smba.trafficmanager.net/", "https://smba.trafficmanager.net\\@evil.example/",
    "https:\\\\smba.trafficmanager.net/", "https://evilsmba.trafficmanager.net/", "https://evil.trafficmanager.net/",
    "https://trafficmanager.net/", "https://a.smba.trafficmanager.net/", "https://smba-trafficmanager.net/",
    "https://smba.trafficmanager.net./", "https://smba..trafficmanager.net/", "https://SMBA.trafficmanager.net/",
    "https://smba.tr\u0430fficmanager.net/", "https://smba\u3002trafficmanager.net/", "https://\uff53mba.trafficmanager.net/",
    "https://smba.trafficmanager.net\u2025/", "https://smba.trafficmanager.net\t/", "https://smba.trafficmanager.net/\r\nHost: evil",
    " https://smba.trafficmanager.net/", "https://smba.trafficmanager.net/ ", "https://smba.trafficmanager.net/\x00",
    "https://smba.trafficmanager.net/emea/?x=https://evil.example", "https://smba.trafficmanager.net/emea/#x",
    "https://smba.trafficmanager.net/../..", "https://smba.trafficmanager.net/%2e%2e/", "https://smba.trafficmanager.net/\u00e9",
    "https://teams.microsoft.com/", "https://botframework.com/", "https://evilbotframework.com/", "https://.botframework.com/",
    "https://x.botframework.com.evil.example/", "https://teams.microsoft.com.evil.example/", "https://evilteams.microsoft.com/",
    "https://x.teams.microsoft.us/", "https://smba.infra.evil.teams.microsoft.us/", "https://microsoft.com/",
    "http://127.0.0.1:8080/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0/", "https://2130706433/",
    "https://0x7f000001/", "https://0177.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[::ffff:127.0.0.1]/",
    "https://10.0.0.1/", "https://smba.trafficmanager.net/" + "a" * 500,
]  # fmt: skip


@pytest.mark.parametrize("address", MICROSOFTS)
def test_microsofts_hosts_are_spoken_to(address: str) -> None:
    assert ServiceHosts().allows(address)


@pytest.mark.parametrize("address", HOSTILE)
def test_no_other_host_is(address: str) -> None:
    assert not ServiceHosts().allows(address)
    assert not ServiceHosts(["https://connector.example.org:8443"]).allows(address)


@pytest.mark.parametrize(
    "named, address, allowed",
    [
        ("http://127.0.0.1:3978", "http://127.0.0.1:3978/emea/", True),
        ("http://127.0.0.1:3978/", "http://127.0.0.1:3978", True),
        ("http://localhost:3978", "http://localhost:3978/x", True),
        ("http://[::1]:3978", "http://[::1]:3978/x", True),
        ("https://connector.example.org", "https://connector.example.org/x", True),
        ("https://connector.example.org", "https://connector.example.org:443/x", True),
        ("https://connector.example.org:8443", "https://connector.example.org:8443/x", True),
        ("http://127.0.0.1:3978", "http://127.0.0.1:3979/", False),
        ("http://127.0.0.1:3978", "https://127.0.0.1:3978/", False),
        ("http://127.0.0.1:3978", "http://localhost:3978/", False),
        ("http://127.0.0.1:3978", "http://127.0.0.1:3978@evil.example/", False),
        ("http://127.0.0.1:3978", "http://127.0.0.1:3978.evil.example/", False),
        ("https://connector.example.org", "https://x.connector.example.org/", False),
        ("https://connector.example.org", "http://connector.example.org/", False),
    ],
)
def test_an_origin_that_the_operator_named_is_that_origin_alone(named: str, address: str, allowed: bool) -> None:
    assert ServiceHosts([named]).allows(address) is allowed


@pytest.mark.parametrize("named", ["http://connector.example.org", "connector.example.org", "", "ftp://127.0.0.1", "*"])
def test_an_origin_must_be_a_safe_one(named: str) -> None:
    with pytest.raises(ValueError, match="https, a host and a port"):
        ServiceHosts([named])


def test_a_slash_at_the_end_makes_no_difference() -> None:
    assert same("https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/emea")
    assert not same("https://smba.trafficmanager.net/emea/", "https://smba.trafficmanager.net/amer/")
