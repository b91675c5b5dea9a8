"""Artifacts are read from where the operator said, whole or not at all, whatever is at the other end."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.artifact import Artifacts, CantRead, opened_beneath, purposes
from bot.outbound import Outbound
from handlers.policy.may_read import NOWHERE, MayRead
from tests.fakes.artifact_store import BYTES, SHA256, ArtifactStore, artifact_store

MOST = 4 * 1024 * 1024


@pytest.fixture
async def kept() -> AsyncIterator[ArtifactStore]:
    async with artifact_store() as store:
        yield store


@asynccontextmanager
async def reading(may: MayRead, most: int = MOST, seconds: float = 10.0) -> AsyncIterator[Artifacts]:
    outbound = Outbound(purposes(may.origins))
    yield Artifacts(outbound, may, most, seconds)
    await outbound.close()


async def refused(may: MayRead, uri: str, **limits: float) -> str:
    async with reading(may, **limits) as artifacts:  # type: ignore[arg-type]  # numbers of either kind
        with pytest.raises(CantRead) as why:
            await artifacts.digest(uri)
    return str(why.value)


# ---- artifact stores


async def test_an_artifact_is_read_in_pieces_from_a_store_that_was_named(kept: ArtifactStore) -> None:
    async with reading(MayRead((kept.url,))) as artifacts:
        assert await artifacts.digest(kept.at("payments.tar")) == SHA256
    [(path, headers)] = kept.asked
    assert path == "/payments.tar"
    assert "Authorization" not in headers
    assert headers["Accept-Encoding"] == "identity"


async def test_what_is_kept_packed_is_not_unpacked(kept: ArtifactStore) -> None:
    async with reading(MayRead((kept.url,))) as artifacts:
        assert await artifacts.digest(kept.at("packed.tar")) == SHA256


async def test_a_redirect_is_not_followed(kept: ArtifactStore) -> None:
    assert "a redirect, which isn't followed" in await refused(MayRead((kept.url,)), kept.at("moved.tar"))
    assert [path for path, _ in kept.asked] == ["/moved.tar"]


@pytest.mark.parametrize(
    "status, said",
    [
        (404, "there is nothing at that address (404)"),
        (410, "there is nothing at that address (410)"),
        (401, "wants a login"),
        (403, "wants a login"),
        (204, "answers 204"),
        (206, "answers 206"),
        (429, "answers 429"),
        (500, "answers 500"),
    ],
)
async def test_an_answer_that_is_not_the_artifact_is_told(kept: ArtifactStore, status: int, said: str) -> None:
    assert said in await refused(MayRead((kept.url,)), kept.at(f"status/{status}"))


async def test_half_an_artifact_has_no_digest(kept: ArtifactStore) -> None:
    assert "the connection ended before" in await refused(MayRead((kept.url,)), kept.at("cut.tar"))


async def test_an_answer_that_may_have_been_cut_off_has_no_digest(kept: ArtifactStore) -> None:
    assert "doesn't say how long it is" in await refused(MayRead((kept.url,)), kept.at("open.tar"))


async def test_what_is_too_big_is_left(kept: ArtifactStore) -> None:
    assert "more than 4 MiB" in await refused(MayRead((kept.url,)), kept.at("endless.tar"))
    exactly = len(BYTES)
    async with reading(MayRead((kept.url,)), most=exactly) as artifacts:
        assert await artifacts.digest(kept.at("payments.tar")) == SHA256
    assert "the most that is read" in await refused(MayRead((kept.url,)), kept.at("payments.tar"), most=exactly - 1)


async def test_what_takes_too_long_is_left(kept: ArtifactStore) -> None:
    assert "took more than" in await refused(MayRead((kept.url,)), kept.at("slow.tar"), seconds=0.2)


async def test_a_store_that_is_away_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert "can't be reached" in await refused(MayRead((url,)), f"{url}/a")


async def test_nothing_is_asked_of_a_store_that_was_not_named(kept: ArtifactStore) -> None:
    for may in (NOWHERE, MayRead(("https://artifacts.example.org",), ("/srv",))):
        assert "isn't one that Cabbot may read from" in await refused(may, kept.at("payments.tar"))
    assert kept.asked == []


# ---- folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What may be read, beside what may not."""
    made = tmp_path / "artifacts"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "payments 2.tar").write_bytes(BYTES)
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "artifacts2").mkdir()
    (tmp_path / "artifacts2" / "x").write_bytes(b"secret")
    return made


def in_folder(folder: Path, name: str) -> str:
    return f"file://{folder}/{name}"


async def test_a_file_of_a_folder_that_was_named_is_read(folder: Path) -> None:
    async with reading(MayRead(folders=(str(folder),))) as artifacts:
        assert await artifacts.digest(in_folder(folder, "deep/payments%202.tar")) == SHA256


async def test_links_are_followed_within_the_folders(folder: Path, tmp_path: Path) -> None:
    (folder / "newest").symlink_to(folder / "deep")
    (tmp_path / "elsewhere").symlink_to(folder)
    (folder / "other").symlink_to(tmp_path / "artifacts2" / "x")
    async with reading(MayRead(folders=(str(tmp_path / "elsewhere"), str(folder)))) as artifacts:
        assert await artifacts.digest(in_folder(folder, "newest/payments%202.tar")) == SHA256
        assert await artifacts.digest(in_folder(tmp_path / "elsewhere", "deep/payments%202.tar")) == SHA256
    async with reading(MayRead(folders=(str(folder), str(tmp_path / "artifacts2")))) as artifacts:
        assert await artifacts.digest(in_folder(folder, "other"))


OUT: dict[str, Callable[[Path], str]] = {
    "by ..": lambda folder: in_folder(folder, "../secret.txt"),
    "by .. in the middle": lambda folder: in_folder(folder, "deep/../../secret.txt"),
    "by .. in percent signs": lambda folder: in_folder(folder, "%2e%2e/secret.txt"),
    "by .. behind a slash in percent signs": lambda folder: in_folder(folder, "deep%2f..%2f..%2fsecret.txt"),
    "to a folder of a longer name": lambda folder: f"file://{folder}2/x",
    "by a link to a file": lambda folder: _linked(folder, "a", folder.parent / "secret.txt"),
    "by a relative link": lambda folder: _linked(folder, "b", Path("../secret.txt")),
    "by a link to a folder": lambda folder: _linked(folder, "c", folder.parent) + "/secret.txt",
    "by a link to a link": lambda folder: _linked(folder, "d", Path(_linked(folder, "e", folder.parent).rpartition("/")[2])) + "/secret.txt",
    "by a link that goes round": lambda folder: _linked(folder, "f", folder / "f"),
    "to another machine": lambda folder: f"file://files.example.org{folder}/deep/payments%202.tar",
    "to the folder itself": lambda folder: f"file://{folder}",
}  # fmt: skip


def _linked(folder: Path, name: str, to: Path) -> str:
    (folder / name).symlink_to(to)
    return in_folder(folder, name)


@pytest.mark.parametrize("way", OUT)
async def test_nothing_leads_out_of_the_folders(folder: Path, way: str) -> None:
    said = await refused(MayRead(folders=(str(folder),)), OUT[way](folder))
    assert said.startswith(("it leads out of", "it doesn't name a file of this machine", "it isn't in a folder"))


async def test_what_is_no_file_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as door:
        here = os.open(folder, os.O_RDONLY)
        door.bind(f"/proc/self/fd/{here}/socket")  # a shorter name for it: that of a socket may not be long
        os.close(here)
        for name in ("pipe", "socket", "deep"):
            async with asyncio.timeout(5):
                said = await refused(MayRead(folders=(str(folder),)), in_folder(folder, name))
            assert said == "it's no regular file", name


async def test_what_is_not_there_or_closed_to_us_is_told(folder: Path) -> None:
    may = MayRead(folders=(str(folder), str(folder.parent / "gone")))
    assert await refused(may, in_folder(folder, "nothing.tar")) == "there is no such file"
    assert await refused(may, in_folder(folder.parent / "gone", "x")) == "there is no such file"
    assert await refused(may, in_folder(folder, "deep/payments%202.tar/x")) == "there is no such file"
    (folder / "closed").write_bytes(b"x")
    (folder / "closed").chmod(0)
    if os.geteuid() != 0:  # nothing is closed to root
        assert await refused(may, in_folder(folder, "closed")) == "Cabbot isn't allowed to read it"


async def test_a_file_that_is_too_big_is_left(folder: Path) -> None:
    said = await refused(MayRead(folders=(str(folder),)), in_folder(folder, "deep/payments%202.tar"), most=1000)
    assert "the most that is read of one" in said


@pytest.mark.parametrize("name", ["deep/payments 2.tar", "linked"])
def test_what_became_a_link_after_the_look_is_not_followed(folder: Path, name: str) -> None:
    os.close(opened_beneath(folder, Path("deep/payments 2.tar")))
    (folder / "linked").symlink_to(folder.parent / "secret.txt")
    (folder / "deep").rename(folder / "was")
    (folder / "deep").symlink_to(folder / "was")
    with pytest.raises(OSError, match=r"symbolic|directory"):
        opened_beneath(folder, Path(name))
