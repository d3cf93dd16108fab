"""Whether the public address leads to this service, over a certificate that providers accept."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from bot.checkup.finding import Finding, stops, warns

ENDS_SOON = timedelta(days=14)
"""Or a quarter of its life, for those that live for days: what renews itself does so at a third."""
PORTS = (443, 80, 88, 8443)
"""Telegram calls no others."""
SECONDS = 10.0


def look_at_address(
    public_url: str, now: datetime, *, telegram: bool, trusted: ssl.SSLContext | None = None
) -> Iterator[Finding]:
    """Calls the address as a provider would. `trusted` replaces the machine's list of certificate authorities."""
    parts = urlsplit(public_url)
    if parts.scheme != "https":
        yield stops("checkup.address_not_https", address=public_url)
        return
    if telegram and (parts.port or 443) not in PORTS:
        yield stops("checkup.address_port", ports=", ".join(map(str, PORTS)))
    try:
        yield from _call(public_url, now, trusted or ssl.create_default_context())
    except httpx.HTTPError as error:
        yield _unreachable(error, parts.hostname or "")


def _call(public_url: str, now: datetime, trusted: ssl.SSLContext) -> Iterator[Finding]:
    # A machine's own proxy setting would show the way out, which is not the way in.
    client = httpx.Client(verify=trusted, timeout=SECONDS, trust_env=False)
    with client, client.stream("GET", f"{public_url.rstrip('/')}/health/live") as answer:
        life = _life(answer)
        ours = _is_ours(answer)
    if not ours:
        yield stops("checkup.address_not_us", address=public_url, status=answer.status_code)
    if life is not None and life[1] - now < min(ENDS_SOON, (life[1] - life[0]) / 4):
        yield warns("checkup.certificate_ends", day=life[1].date().isoformat())


def _is_ours(answer: httpx.Response) -> bool:
    if answer.status_code != 200 or "json" not in answer.headers.get("content-type", ""):
        return False
    return "status" in answer.read().decode("utf-8", "replace")


def _life(answer: httpx.Response) -> tuple[datetime, datetime] | None:
    """When the certificate begins and ends to hold."""
    certificate = answer.extensions["network_stream"].get_extra_info("ssl_object").getpeercert()
    if not certificate:
        return None
    begins, ends = (ssl.cert_time_to_seconds(str(certificate[name])) for name in ("notBefore", "notAfter"))
    return datetime.fromtimestamp(begins, UTC), datetime.fromtimestamp(ends, UTC)


def _unreachable(error: httpx.HTTPError, host: str) -> Finding:
    reasons = list(_causes(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in reasons):
        reason = next(one.verify_message for one in reasons if isinstance(one, ssl.SSLCertVerificationError))
        return stops("checkup.certificate_refused", host=host, reason=reason)
    if any(isinstance(one, ssl.SSLError) for one in reasons):
        return stops("checkup.address_no_tls", host=host)
    return stops("checkup.address_unreachable", host=host)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
