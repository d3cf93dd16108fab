"""The keys that personal data is encrypted with and looked up by."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.operator_error import OperatorError


class KeyLostError(OperatorError):
    """What is stored was encrypted with a key that we do not have: only the old key brings it back."""


class KeyWrongError(OperatorError):
    """What was given is not a key."""


class Digest(str):
    """A keyed hash as it stands in the database; bound to a statement again it is taken as it is."""

    __slots__ = ()


class Keys:
    """Encrypts with the first key, decrypts with any of them, hashes with the last.

    A new key goes in front. The last one stays, because rows are found by hashes made from it.
    Raises KeyWrongError when there is no key, or one is not 32 bytes in url-safe base64 (a Fernet key).
    """

    def __init__(self, newest_first: Sequence[str]) -> None:
        if not newest_first:
            raise KeyWrongError("keys.none")
        self._fernet = MultiFernet([_fernet(one, place) for place, one in enumerate(newest_first, start=1)])
        # A key of its own, so that hashes tell nothing about the key that encrypts.
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kentongan lookup")
        self._lookup = derive.derive(base64.urlsafe_b64decode(newest_first[-1]))

    def encrypt(self, plain: bytes) -> bytes:
        return self._fernet.encrypt(plain)

    def decrypt(self, token: bytes) -> bytes:
        """Raises KeyLostError when none of the keys made `token`."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken:
            raise KeyLostError("keys.lost") from None

    def hash(self, plain: str) -> Digest:
        """HMAC-SHA256 as 64 hex digits: equal words give equal hashes, and without the key they tell nothing."""
        return Digest(hmac.digest(self._lookup, plain.encode("utf-8", "surrogatepass"), "sha256").hex())


def _fernet(key: str, place: int) -> Fernet:
    try:
        return Fernet(key)
    except (ValueError, binascii.Error):
        raise KeyWrongError("keys.wrong", place=place) from None


def split_keys(text: str) -> tuple[str, ...]:
    """Keys divided by commas or line ends, as they stand in a setting or in a key file."""
    return tuple(text.replace(",", " ").split())


def read_key_file(path: Path) -> tuple[str, ...]:
    """Keys of a key file, newest first; nothing when there is no such file."""
    return split_keys(path.read_text(encoding="ascii", errors="replace")) if path.exists() else ()


def make_key_file(path: Path) -> tuple[str, ...]:
    """A new key in a file that only its owner may read; when another process was quicker, that one's key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, (Fernet.generate_key().decode("ascii"),))
    try:
        os.link(draft, path)  # appears complete or not at all, and never over a key that is there
    except FileExistsError:
        return read_key_file(path)
    finally:
        draft.unlink()
    return read_key_file(path)


def write_key_file(path: Path, newest_first: Sequence[str]) -> None:
    """Other keys in place of those in the file; whoever reads it meanwhile sees the old ones or the new ones, whole.

    The file as it was stands beside it as `.before`: a key that is lost brings nothing back.
    """
    Keys(newest_first)
    kept = path.with_name(f"{path.name}.before")
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    _draft(path, newest_first).replace(path)


def _draft(path: Path, newest_first: Sequence[str]) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(newest_first) + "\n")
    return draft
