"""The Teams app package, as Teams takes it: by the official schema where it is at hand, and by the rules that matter."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.teams.manifest import ICONS, OFFERED, SCHEMA, app_package, teams_manifest
from handlers.kit.command import catalogue

APP_ID = "11111111-2222-3333-4444-555555555555"
TEAMS = {
    "teams_app_id": APP_ID,
    "teams_app_password": SecretStr("abc8Q~made-up"),
    "teams_tenant_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
}
PUBLIC = {"public_url": "https://cabbot.example.org"}
FETCHED = Path(__file__).parents[3] / "build" / "schemas"


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.fixture
def manifest() -> dict[str, Any]:
    return teams_manifest(settings(**TEAMS, **PUBLIC))


@pytest.fixture
def schema() -> dict[str, Any]:
    """Microsoft's own; it isn't ours to keep here."""
    named = os.environ.get("TEAMS_MANIFEST_SCHEMA")
    path = Path(named) if named else FETCHED / f"teams-manifest-{SCHEMA}.json"
    if not path.is_file():
        pytest.skip(
            f"no official schema {SCHEMA}: .ci/run fetches it where npm is, TEAMS_MANIFEST_SCHEMA names another file"
        )
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_it_is_valid_by_the_official_schema(manifest: dict[str, Any], schema: dict[str, Any]) -> None:
    assert schema["properties"]["manifestVersion"]["const"] == manifest["manifestVersion"]
    jsonschema.Draft4Validator(schema).validate(manifest)


@pytest.mark.parametrize(
    "slip",
    [
        lambda m: m["name"].update(short="n" * 31),
        lambda m: m["bots"][0].update(supportsEverything=True),
        lambda m: m["bots"][0]["commandLists"][0]["commands"].append({"title": "a thirteenth"}),
        lambda m: m.pop("accentColor"),
    ],
)
def test_the_official_schema_would_catch_a_slip(slip: Any, manifest: dict[str, Any], schema: dict[str, Any]) -> None:
    slip(manifest)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(manifest)


def test_everything_that_teams_asks_for_is_there_and_short_enough(manifest: dict[str, Any]) -> None:
    assert manifest["manifestVersion"] == SCHEMA
    assert f"/v{SCHEMA}/" in manifest["$schema"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert len(manifest["name"]["short"]) <= 30
    assert len(manifest["name"]["full"]) <= 100
    assert len(manifest["description"]["short"]) <= 80
    assert len(manifest["description"]["full"]) <= 4000
    assert len(manifest["developer"]["name"]) <= 32
    assert re.fullmatch(r"#[0-9a-f]{6}", manifest["accentColor"])
    for address in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        assert manifest["developer"][address].startswith("https://")


def test_the_bot_is_the_registration_and_the_app_has_an_id_of_its_own_that_stays(manifest: dict[str, Any]) -> None:
    (bot,) = manifest["bots"]
    assert bot["botId"] == APP_ID
    assert UUID(manifest["id"]) != UUID(APP_ID)
    moved = teams_manifest(settings(**TEAMS, public_url="https://other.example.org:8443/cabbot"))
    assert moved["id"] == manifest["id"]
    assert moved["validDomains"] == ["other.example.org"]
    another = teams_manifest(settings(**TEAMS | {"teams_app_id": APP_ID.replace("1", "2")}, **PUBLIC))
    assert another["id"] != manifest["id"]


def test_commands_are_offered_in_every_scope_by_mention_and_slash(manifest: dict[str, Any]) -> None:
    (bot,) = manifest["bots"]
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    assert bot["supportsTargetedMessages"] is True
    assert [each["scopes"] for each in bot["commandLists"]] == [[scope] for scope in bot["scopes"]]
    for each in bot["commandLists"]:
        assert each["triggers"] == ["mention", "slash"]
        assert 0 < len(each["commands"]) <= 12
        assert all(len(one["title"]) <= 128 and one["description"] for one in each["commands"])


def test_what_is_offered_are_commands_that_people_have() -> None:
    known = catalogue()
    assert len(set(OFFERED)) == len(OFFERED)
    assert not [name for name in OFFERED if name not in known or known[name].clock]


def test_the_package_holds_the_manifest_and_both_icons_and_nothing_else() -> None:
    package = app_package(settings(**TEAMS, **PUBLIC))
    assert package == app_package(settings(**TEAMS, **PUBLIC))
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert sorted(opened.namelist()) == ["color.png", "manifest.json", "outline.png"]
        manifest = json.loads(opened.read("manifest.json"))
        assert set(manifest["icons"].values()) == set(ICONS)
        assert picture(opened.read(manifest["icons"]["color"]))[:2] == (192, 192)
        transparent = 6  # the colour type: red, green, blue and alpha
        assert picture(opened.read(manifest["icons"]["outline"])) == (32, 32, transparent)
    assert b"8Q~" not in package


def picture(png: bytes) -> tuple[int, int, int]:
    """Width, height and colour type."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, _depth, colours = struct.unpack(">IIBB", png[16:26])
    return width, height, colours


@pytest.mark.parametrize(
    "given, named",
    [
        (PUBLIC, "CABBOT_TEAMS_APP_ID is needed"),
        (PUBLIC | {"teams_insecure_local": True}, "CABBOT_TEAMS_APP_ID is needed"),
        (TEAMS, "CABBOT_PUBLIC_URL is needed"),
        (TEAMS | {"public_url": "http://localhost:8080"}, "CABBOT_PUBLIC_URL should be an https address"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        app_package(settings(**given))
