"""Whether a webhook was signed by Twilio: with the account's token, or with a shared key of ours (`platform.md §3`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import (
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
)

__all__ = ["SIGNATURE_HEADER", "Signatures"]


class Signatures:
    """Keys of this installation. Which algorithm a key signs with is pinned here, whatever the header says of it."""

    def __init__(self, auth_token: str, shared_keys: str = "") -> None:
        """`shared_keys`: `id:secret`, divided by commas; each signs with HMAC-SHA256."""
        self._account = RequestValidator(auth_token)
        self._shared = {
            name.strip(): RequestValidator(secret.strip())
            for name, divider, secret in (one.partition(":") for one in shared_keys.split(","))
            if divider and name.strip() and secret.strip()
        }

    def genuine(self, url: str, pairs: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> bool:
        """Whether `url` as configured with Twilio and every field of the form, blank ones included, were signed.

        A missing header is a forgery like any other.
        """
        given = headers.get(SIGNATURE_HEADER.lower(), "")
        settings = headers.get(SIGNATURE_SETTINGS_HEADER.lower(), "")
        validator, algorithm = self._account, HMAC_SHA1
        if settings:
            found = self._shared.get(_key_named(settings))
            if found is None:
                return False
            validator, algorithm = found, HMAC_SHA256
        return bool(given) and bool(validator.validate(url, ImmutableMultiDict(pairs), given, algorithm))


def _key_named(settings: str) -> str:
    """The key of `key=…,algorithm=…`; empty when it names none."""
    parts = (part.partition("=") for part in settings.split(","))
    return next((value.strip() for name, _, value in parts if name.strip() == "key"), "")
