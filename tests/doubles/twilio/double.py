"""One Twilio account with one WhatsApp sender, on the loopback: the API, the Content API and the stored media."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from threading import RLock
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from tests.doubles.delivery import Post, Reply, post_over_http, wire
from tests.doubles.faults import Fault, Faults, broken
from tests.doubles.loopback import Answer, Call, Loopback
from tests.doubles.twilio.contents import Content, Contents
from tests.doubles.twilio.fate import Fate
from tests.doubles.twilio.messages import Form, Messages, one
from tests.doubles.twilio.people import People
from tests.doubles.twilio.refusal import Refusal
from tests.doubles.twilio.webhooks import SharedKey, Webhooks
from tests.doubles.twilio.world import Message, World

ACCOUNT = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "contoh-token-yang-jelas-bukan-asli"
SENDER = "whatsapp:+6281200000001"

_MESSAGES = re.compile(
    r"/2010-04-01/Accounts/(?P<account>AC\w+)/Messages"
    r"(?:/(?P<sid>[SM]M\w+))?(?:/(?P<media>Media)(?:/(?P<item>ME\w+))?)?(?P<json>\.json)?"
)
_SID = re.compile(r"(AC|SM|MM|ME|HX)[0-9a-f]{32}")
_CONTENT = re.compile(r"/v1/Content(?:/(?P<sid>HX\w+)(?P<approval>/ApprovalRequests(?P<submit>/whatsapp)?)?)?")


def machine_time() -> datetime:
    return datetime.now(UTC)


def fetch_over_http(url: str) -> Reply:
    with wire(follow_redirects=True) as client:
        answer = client.get(url)
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)


class TwilioDouble(People):
    """Give `url` to the client in place of api.twilio.com and content.twilio.com. Nothing is delivered before
    `deliver_due` is called.

    `violations`: what a well-behaved client never does, in Twilio's words. `now` gives aware UTC. `webhook_url` may
    carry Twilio's own `#rc=…&rp=…`.
    """

    def __init__(
        self,
        *,
        webhook_url: str = "",
        fallback_url: str = "",
        account: str = ACCOUNT,
        auth_token: str = AUTH_TOKEN,
        sender: str = SENDER,
        shared_key: SharedKey | None = None,
        media_auth: bool = True,
        now: Callable[[], datetime] = machine_time,
        post: Post = post_over_http,
        fetch: Callable[[str], Reply] = fetch_over_http,
        seed: int = 0,
        burst: int = 10,
        review: timedelta = timedelta(minutes=1),
        behind: str = "",
    ) -> None:
        """`behind`: the address of whatever stands in front of this double, for the addresses that it hands out."""
        self.account, self.auth_token, self.sender = account, auth_token, sender
        self.webhook_url, self.fallback_url = webhook_url, fallback_url
        self.media_auth = media_auth
        self.now = now
        self.violations: list[str] = []
        self.calls: Counter[str] = Counter()
        self.taken_unanswered: list[dict[str, Any]] = []
        """The messages that were taken, but whose sender never heard so."""
        self.faults = Faults(seed)
        self.world = World(account, sender, Random(seed))
        self.webhooks = Webhooks(now, post, Random(seed), auth_token, shared_key)
        self.contents = Contents(now, self.violations, review)
        self.fate = Fate(self.world, self.webhooks, self.violations, fetch, burst)
        self.messages = Messages(self.world, self.contents, self.fate)
        self._lock = RLock()
        self._server = Loopback(self._handle)
        self.own_url = self._server.url
        self.url = behind or self.own_url

    def __enter__(self) -> TwilioDouble:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._server.close()

    def deliver_due(self) -> int:
        """Calls the webhooks, inbound and status, with all that is due now; tells how many calls were accepted."""
        return self.webhooks.deliver_due()

    def sent_to(self, contact: str, *, all_tried: bool = False) -> list[Message]:
        """What this person got from us, oldest first; `all_tried`: and what failed on its way."""
        person = self.world.person(contact)
        with self._lock:
            return [message for message in person.got if all_tried or message.arrived]

    # --- the server ---------------------------------------------------------------------------------------------------

    def _handle(self, call: Call) -> Answer:
        with self._lock:
            self.calls[f"{call.method} {_SID.sub(lambda sid: sid[1], call.path)}"] += 1
            fault = self.faults.pick(call)
            if fault is not None and not fault.taken:
                return _broken(fault, Answer(200))
            answer = self._answered(call)
            if fault is None:
                return answer
            if answer.status == 201 and _MESSAGES.fullmatch(call.path):
                self.taken_unanswered.append(json.loads(answer.body))
            return _broken(fault, answer)

    def _answered(self, call: Call) -> Answer:
        try:
            return self._route(call)
        except Refusal as no:
            if no.fault:
                self.violations.append(f"{call.method} {call.path}: {no.code} {no.message}")
            return _json(no.as_json(), no.status)
        except Exception as error:  # noqa: BLE001 - a test has to see it, and the caller has to get an answer
            self.violations.append(f"{call.method} {call.path}: the double itself failed: {error!r}")
            return _json(Refusal(20500).as_json(), 500)

    def _route(self, call: Call) -> Answer:
        if call.path.startswith("/store/"):
            return self._stored(call.path.removeprefix("/store/"))
        message = _MESSAGES.fullmatch(call.path)
        public = message is not None and message["item"] and not message["json"] and not self.media_auth
        if not public:
            self._check_auth(call)
        if message is not None:
            if message["account"] != self.account:
                raise Refusal(20404)
            return self._media(call, message) if message["media"] else self._message(call, message)
        if call.path == "/v1/ContentAndApprovals":
            return self._all_contents(call, approvals=True)
        if content := _CONTENT.fullmatch(call.path):
            return self._content(call, content)
        raise Refusal(20404)

    def _check_auth(self, call: Call) -> None:
        wanted = base64.b64encode(f"{self.account}:{self.auth_token}".encode()).decode()
        if not hmac.compare_digest(call.headers.get("authorization", ""), f"Basic {wanted}"):
            raise Refusal(20003)

    def _message(self, call: Call, path: re.Match[str]) -> Answer:
        sid, now = path["sid"], self.now()
        match call.method, bool(sid):
            case "POST", False:
                return _json(self.messages.create(_form(call.body), now).as_json(self.account, now), 201)
            case "GET", False:
                return _json(self.messages.page(_form(call.query.encode()), now), 200)
            case "GET", True:
                return _json(self.messages.find(sid).as_json(self.account, now), 200)
            case "POST", True:
                return _json(self.messages.update(sid, _form(call.body), now).as_json(self.account, now), 200)
            case "DELETE", True:
                self.messages.delete(sid, now)
                return Answer(204)
        raise Refusal(20404)

    def _media(self, call: Call, path: re.Match[str]) -> Answer:
        if not path["item"]:
            return _json(self.messages.media_of(path["sid"]), 200)
        media = self.world.media.get(path["item"])
        if media is None or media.parent != path["sid"]:
            raise Refusal(20404, fault=False)
        if call.method == "DELETE":
            del self.world.media[media.sid]
            return Answer(204)
        if path["json"]:
            return _json(media.as_json(self.account), 200)
        return Answer(307, headers={"Location": f"{self.own_url}/store/{media.sid}"})

    def _stored(self, sid: str) -> Answer:
        media = self.world.media.get(sid)
        if media is None:
            raise Refusal(20404, fault=False)
        return Answer(200, media.content, {"Content-Type": media.media_type})

    # --- the Content API ----------------------------------------------------------------------------------------------

    def _content(self, call: Call, path: re.Match[str]) -> Answer:
        sid = path["sid"]
        self.contents.settle()
        if path["submit"]:
            posted = json.loads(call.body)
            return _json(self.contents.submit(sid, posted.get("name", ""), posted.get("category", "")), 201)
        if path["approval"]:
            links = {"account_sid": self.account, "url": f"{self.url}{call.path}"}
            return _json({"sid": sid, "whatsapp": self.contents.find(sid).approval or {}, **links}, 200)
        match call.method, bool(sid):
            case "POST", False:
                content = self.contents.create(self.world.sid("HX"), json.loads(call.body))
                return _json(self._shown(content, approvals=False), 201)
            case "GET", False:
                return self._all_contents(call, approvals=False)
            case "GET", True:
                return _json(self._shown(self.contents.find(sid), approvals=False), 200)
            case "DELETE", True:
                self.contents.find(sid)
                del self.contents.kept[sid]
                return Answer(204)
        raise Refusal(20404)

    def _all_contents(self, call: Call, *, approvals: bool) -> Answer:
        self.contents.settle()
        query = _form(call.query.encode())
        size, page = int(one(query, "PageSize") or 50), int(one(query, "Page") or 0)
        every = list(self.contents.kept.values())
        shown = every[page * size : (page + 1) * size]
        more = (
            f"{self.url}{call.path}?PageSize={size}&Page={page + 1}&PageToken=DN"
            if len(every) > (page + 1) * size
            else None
        )
        meta = {"page": page, "page_size": size, "key": "contents", "next_page_url": more, "previous_page_url": None}
        meta |= {"url": f"{self.url}{call.path}", "first_page_url": f"{self.url}{call.path}?PageSize={size}&Page=0"}
        return _json({"contents": [self._shown(one, approvals=approvals) for one in shown], "meta": meta}, 200)

    def _shown(self, content: Content, *, approvals: bool) -> dict[str, Any]:
        at = content.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        shown = {
            "sid": content.sid,
            "account_sid": self.account,
            "date_created": at,
            "date_updated": at,
            **content.body,
        }
        if approvals:
            return {**shown, "approval_requests": content.approval or {}}
        url = f"{self.url}/v1/Content/{content.sid}"
        links = {
            "approval_fetch": f"{url}/ApprovalRequests",
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
        }
        return {**shown, "url": url, "links": links}


def _broken(fault: Fault, whole: Answer) -> Answer:
    refusals = [_json(Refusal(code).as_json(), status) for code, status in ((20500, 500), (20429, 429))]
    return broken(fault, whole, *refusals)


def _form(body: bytes) -> Form:
    return parse_qs(body.decode(), keep_blank_values=True)


def _json(value: object, status: int) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
