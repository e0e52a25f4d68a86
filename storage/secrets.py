"""Encryption of what must not be readable in the database, with keys that can be changed."""

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import Misconfigured

__all__ = ["FernetSealer", "load_or_make_key", "new_key"]

_SETTING = "FLOWPILOT_ENCRYPTION_KEY"
_REMEDY = "`flowpilot key` prints a new one."


class FernetSealer:
    """A Sealer (core.ports) that encrypts with the first of its keys and decrypts with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise Misconfigured(f"{_SETTING} is missing: {_REMEDY}")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:  # whose text may tell about the key
            raise Misconfigured(f"{_SETTING} holds something that is no Fernet key: {_REMEDY}") from None

    def seal(self, text: str) -> str:
        """The text, encrypted; another time in other letters."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str:
        """The text again. Raises Misconfigured when no key fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            raise Misconfigured(
                f"{_SETTING} does not decrypt what is stored: add the key that it was encrypted with, after a comma."
            ) from None


def new_key() -> str:
    """A fresh key, as text."""
    return Fernet.generate_key().decode("ascii")


def load_or_make_key(path: Path) -> str:
    """The key that the file holds; made, with its folder, when there is none. Only its owner may read the file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_new(path, new_key())
        except FileExistsError:
            pass
        _check_private(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise Misconfigured(
            f"The key file {path} cannot be used ({error.strerror}): set {_SETTING}, or make the folder writable."
        ) from error


def _write_new(path: Path, key: str) -> None:
    """Put a key in place whole, or raise FileExistsError: two processes that start together end with one key."""
    if path.exists():
        raise FileExistsError(path)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # for its owner only
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        os.unlink(draft)


def _check_private(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured(f"The key file {path} can be read by other users of this computer: run `chmod 600 {path}`.")
