"""Row 18 of the threats: tokens at rest are unreadable without the key, and the key can be replaced."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from bot.secrets import Unreadable, Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
VALUES = {"token": "xoxb-1-2-3", "expires": 1_800_000_000.5, "refresh": None}


def test_what_was_sealed_comes_back_and_shows_nothing() -> None:
    sealed = Vault([OLD]).seal(VALUES)
    assert "xoxb" not in sealed
    assert Vault([OLD]).open(sealed) == VALUES


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert Vault([OLD]).seal(VALUES) != Vault([OLD]).seal(VALUES)


def test_the_key_is_replaced_without_losing_what_it_sealed() -> None:
    sealed = Vault([OLD]).seal(VALUES)
    both = Vault([NEW, OLD])
    assert both.open(sealed) == VALUES
    assert not both.is_current(sealed)
    renewed = both.renewed(sealed)
    assert both.is_current(renewed)
    assert Vault([NEW]).open(renewed) == VALUES


SEALED = ["", "x", "xoxb-1-2-3", "é", Fernet(NEW).encrypt(b"{}").decode()]


@pytest.mark.parametrize("sealed", SEALED, ids=range(len(SEALED)))
def test_what_no_key_opens_is_told_without_repeating_it(sealed: str) -> None:
    with pytest.raises(Unreadable, match=r"^no key of CABBOT_ENCRYPTION_KEY opens it$"):
        Vault([OLD]).open(sealed)


def test_one_changed_character_is_found() -> None:
    sealed = Vault([OLD]).seal(VALUES)
    for at in range(0, len(sealed), 11):
        changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(Unreadable):
            Vault([OLD]).open(changed)


def test_what_is_too_old_is_not_opened() -> None:
    sealed = Fernet(OLD).encrypt_at_time(b"{}", 1_000_000_000).decode()
    assert Vault([OLD]).open(sealed) == {}
    with pytest.raises(Unreadable):
        Vault([OLD]).open(sealed, younger_than=timedelta(minutes=10))


def test_without_a_key_nothing_is_kept() -> None:
    with pytest.raises(ValueError, match="CABBOT_ENCRYPTION_KEY"):
        Vault([])
