"""The playground is for the person at this machine, in its own page, alone."""

import ast
from pathlib import Path

import pytest

from bot.playground.guard import NotLoopback, loopback
from tests.bot.playground.conftest import Client

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_it_listens_on_this_machine(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize(
    "host",
    ["192.168.1.7", "10.0.0.1", "0.0.0.0", "::", "example.org", "", "127.0.0.1.example.org"],  # noqa: S104  # what has to be refused
)
def test_it_refuses_to_listen_where_others_could_reach_it(host: str) -> None:
    with pytest.raises(NotLoopback, match="on this machine alone"):
        loopback(host)


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.example.org", "example.org:80", "192.168.1.7:8080", "[::2]:1", "["]
)
async def test_a_name_from_outside_that_points_here_is_refused(client: Client, host: str) -> None:
    """DNS rebinding: a page of another site makes its own name point to 127.0.0.1."""
    for path in ("/", "/api/state?as=ana", "/static/js/main.js"):
        response = await client.get(path, headers={"Host": host})
        assert response.status == 421


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
async def test_each_name_of_this_machine_is_answered(client: Client, host: str) -> None:
    response = await client.get("/api/state?as=ana", headers={"Host": host.format(port=client.port)})
    assert response.status == 200


BODY = {"as": "marta", "id": "a" * 8, "line": "service add stolen"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
async def test_another_site_cant_speak_for_the_visitor(client: Client, headers: dict[str, str]) -> None:
    refused = await client.post("/api/say", json=BODY, headers=headers)
    assert refused.status == 403
    words = await (await client.get("/api/words")).json()
    assert "stolen" not in [each["value"] for each in words["services"]]


async def test_a_form_of_another_site_cant_be_disguised_as_json(client: Client) -> None:
    """Without JSON's content type a browser would send it without asking first."""
    refused = await client.post("/api/say", data=str(BODY), headers={"Content-Type": "text/plain"})
    assert refused.status == 415


async def test_another_site_reads_nothing_but_may_link_to_the_page(client: Client) -> None:
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert (await client.get("/api/state?as=ana", headers=embedded)).status == 403
    assert (await client.get("/api/events?as=ana", headers=embedded)).status == 403
    assert (await client.get("/static/js/main.js", headers=embedded)).status == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert (await client.get("/", headers=followed)).status == 200
    assert (await client.get("/api/state?as=ana", headers=followed)).status == 403


@pytest.mark.parametrize("path", ["/", "/api/state?as=ana", "/api/state?as=nobody", "/static/css/card.css", "/nowhere"])
async def test_every_response_lets_the_page_load_only_its_own(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["img-src"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_has_no_inline_script_or_style_and_nothing_from_outside() -> None:
    for file in (ROOT / "bot/playground/static").rglob("*"):
        if file.suffix in {".html", ".css", ".js", ".svg"}:
            text = (
                file.read_text()
                .replace('xmlns="http://www.w3.org/2000/svg"', "")
                .replace("http://www.w3.org/2000/svg", "")
            )
            assert "http://" not in text, file
            assert "https://" not in text, file
    page = (ROOT / "bot/playground/static/index.html").read_text()
    assert " style=" not in page
    assert page.count("<script") == page.count('<script src="/static/') + page.count(
        '<script type="module" src="/static/'
    )


def test_only_the_demo_command_opens_it() -> None:
    """`serve` can't: nothing that it could import knows the playground."""
    for file in (ROOT / "bot").rglob("*.py"):
        if file.is_relative_to(ROOT / "bot/playground"):
            continue
        imports = [
            node
            for node in ast.walk(ast.parse(file.read_text()))
            if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.playground"))
            or (isinstance(node, ast.Import) and any(each.name.startswith("bot.playground") for each in node.names))
        ]
        allowed = _inside(file, "demo") if file.name == "__main__.py" else []
        assert all(node.lineno in allowed for node in imports), file


def _inside(file: Path, function: str) -> range:
    found = next(
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    return range(found.lineno, (found.end_lineno or 0) + 1)
