"""Sealing what must not be readable in the database, and the key that the playground keeps."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import Misconfigured
from storage.secrets import FernetSealer, load_or_make_key, new_key


def test_what_was_sealed_can_be_unsealed() -> None:
    """Any text comes back; sealed, it does not show."""
    sealer = FernetSealer([new_key()])
    sealed = sealer.seal("a handle, für später")
    assert "handle" not in sealed
    assert sealer.unseal(sealed) == "a handle, für später"


def test_a_new_first_key_still_opens_what_the_old_one_sealed() -> None:
    """Keys can be changed without losing anything; the first one seals."""
    old, new = new_key(), new_key()
    sealed = FernetSealer([old]).seal("token")
    rotated = FernetSealer([new, old])
    assert rotated.unseal(sealed) == "token"
    assert FernetSealer([new]).unseal(rotated.seal("token")) == "token"


@pytest.mark.parametrize("sealed", ["", "garbage", "gAAAAA=="])
def test_what_no_key_opens_names_the_setting(sealed: str) -> None:
    """Damaged text and another key's text alike."""
    with pytest.raises(Misconfigured, match="FLOWPILOT_ENCRYPTION_KEY does not decrypt"):
        FernetSealer([new_key()]).unseal(sealed or FernetSealer([new_key()]).seal("x"))


@pytest.mark.parametrize("keys", [[], ["short"], [new_key(), ""]])
def test_bad_keys_are_refused_without_being_shown(keys: list[str]) -> None:
    """The remedy is named; the key is not."""
    with pytest.raises(Misconfigured, match="`flowpilot key` prints a new one") as caught:
        FernetSealer(keys)
    assert "short" not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_a_made_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """The file is private from its first moment, and its draft is gone."""
    path = tmp_path / "data" / "encryption.key"
    load_or_make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["encryption.key"]


def test_a_made_key_is_found_again(tmp_path: Path) -> None:
    """A restart can read what was sealed before."""
    path = tmp_path / "encryption.key"
    assert load_or_make_key(path) == load_or_make_key(path)


def test_starting_at_the_same_time_ends_with_one_key(tmp_path: Path) -> None:
    """Nobody reads a key that is half written or replaced a moment later."""
    path = tmp_path / "encryption.key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_make_key(path), range(16)))
    assert len(keys) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The remedy is a command."""
    path = tmp_path / "encryption.key"
    load_or_make_key(path)
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match=r"run `chmod 600 .*encryption\.key`"):
        load_or_make_key(path)


def test_a_key_file_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    """Here a file stands where the folder should be."""
    (tmp_path / "data").write_text("")
    with pytest.raises(Misconfigured, match="set FLOWPILOT_ENCRYPTION_KEY, or make the folder writable"):
        load_or_make_key(tmp_path / "data" / "encryption.key")
