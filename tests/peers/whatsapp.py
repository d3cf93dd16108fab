"""Twilio's side: Prism with Twilio's own description, in front of our strict double, and alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode
from uuid import uuid4

from twilio.request_validator import RequestValidator

from tests.channels.two_thousand.phones import WhatsAppPhone
from tests.doubles.delivery import wire
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER
from tests.peers.house import PUBLIC_URL, House
from tests.peers.relay import Relay
from tests.peers.servers import free_port, prism, running
from tests.peers.spec import ADDED, patched
from tests.peers.story import PLACE, POINT, REPORT, Story

RESIDENT, KADER, OFFICER = "+6281200000011", "+6281200000012", "+6281200000013"
PEOPLE = (
    "jenis,nama,nomor_wa,wilayah,kelurahan,posyandu,kantor\n"
    f"kader,Kader Contoh,{KADER},64.72,Loa Bakung,Contoh Mawar,\n"
    f"petugas,Petugas Contoh,{OFFICER},64.72,,,AIR\n"
)
HOOK = f"{PUBLIC_URL}/hook/whatsapp"
WRONG: tuple[dict[str, str], ...] = (
    {"To": RESIDENT},
    {"Body": "x" * 1601},
    {"ContentSid": "welcome"},
    {"StatusCallback": "no address"},
)
_RAW = re.compile(r".*/Media/ME[0-9a-f]{32}")
STORY_IN_WORDS = (
    (KADER, "halo"),
    (OFFICER, "halo"),
    (RESIDENT, REPORT),
    (RESIDENT, PLACE),
    (RESIDENT, "ya"),
    (KADER, "benar"),
    (OFFICER, "terima"),
    (OFFICER, "selesai"),
    (RESIDENT, "ya sudah beres"),
)


class Phone(WhatsAppPhone):
    def send_location(self, latitude: float, longitude: float) -> None:
        self._double.user_sends_location(self.contact, latitude, longitude)


def in_front_of_our_double(folder: Path, home: Path, specs: Path) -> list[str]:
    """The whole story; every call and every answer has to agree with Twilio's description."""
    port = free_port()
    looked_at = f"http://127.0.0.1:{port}"
    with Relay(lambda call: double.own_url if _RAW.fullmatch(call.path) else looked_at) as relay:
        house = _house(home, relay.url)
        double = TwilioDouble(webhook_url=HOOK, post=house.post, fetch=house.fetch, behind=relay.url)
        described = str(_description(home, specs, lists=True))
        command = prism(folder, "proxy", "-h", "127.0.0.1", "-p", str(port), described, double.own_url, "--errors")
        with double, running(command, port, home / "prism.log"), house.serving():
            resident, kader, officer = (Phone(double, contact) for contact in (RESIDENT, KADER, OFFICER))
            ticket = Story(resident, kader, officer, double.deliver_due, house.hurry).play()
            _settle(double)
            stands = house.looked()
    assert double.violations == [], double.violations
    return [
        f"story told to its end: {ticket}, {_shown(stands)}",
        *_counted(home / "prism.log"),
        f"our double refused nothing; calls: {_shown(double.calls)}",
        f"billed: {_shown(double.fate.billed)}",
    ]


def alone(folder: Path, home: Path, specs: Path) -> list[str]:
    """The story in typed words: Prism makes its answers up and remembers nothing, so nobody can tap."""
    port = free_port()
    house = _house(home, f"http://127.0.0.1:{port}")
    command = prism(folder, "mock", "-h", "127.0.0.1", "-p", str(port), str(_description(home, specs, lists=False)))
    with running(command, port, home / "prism.log"), house.serving():
        for contact, words in STORY_IN_WORDS:
            before = house.looked()["letters sent"]
            _inject(house, contact, {"Body": words, "MessageType": "text"})
            if words == REPORT:
                before = _answered(house, before)
                point = {"Latitude": str(POINT[0]), "Longitude": str(POINT[1])}
                _inject(house, contact, {"Body": "", "MessageType": "location", **point})
            _answered(house, before)
        stands = house.looked()
        looked_at, awake = _counted(home / "prism.log"), _probed(port)
    return [f"story told to its end: {_shown(stands)}", *looked_at, awake]


def injected() -> list[str]:
    return [
        "every message of a person: Prism never calls a webhook, so each was signed and posted by us or our double",
        "status callbacks, likewise",
        "the photo's bytes came from our double past Prism, which makes text of them; alone it has none",
        "alone, Prism was not asked for lists of messages: it makes up people who wrote to us",
        f"added to Twilio's description: {'; '.join(ADDED)}",
    ]


def _house(home: Path, api: str) -> House:
    settings = {
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": SENDER,
        "TWILIO_API": api,
    }
    house = House(home, settings)
    (home / "people.csv").write_text(PEOPLE, encoding="utf-8")
    house.tell("migrate")
    house.tell("import", str(home / "people.csv"))
    return house


def _description(home: Path, specs: Path, *, lists: bool) -> Path:
    path = home / "twilio.json"
    path.write_text(json.dumps(patched(specs, lists=lists)), encoding="utf-8")
    return path


def _inject(house: House, contact: str, fields: Mapping[str, str]) -> None:
    sid = f"SM{uuid4().hex}"
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:{contact}",
        "To": SENDER,
        "WaId": contact.removeprefix("+"),
        "ProfileName": "Contoh",
        "NumMedia": "0",
        "SmsStatus": "received",
        **fields,
    }
    signature = RequestValidator(AUTH_TOKEN).compute_signature(HOOK, form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    answer = house.post(HOOK, headers, urlencode(form).encode())
    assert answer.good, answer


def _answered(house: House, before: int, seconds: float = 30) -> int:
    """Waits until something more went out, and nothing more follows; how much that is then."""
    until = monotonic() + seconds
    while (sent := int(house.looked()["letters sent"])) == before:
        assert monotonic() < until, f"no answer: {house.looked()}"
        sleep(0.2)
    while True:
        sleep(1.5)
        if (now := int(house.looked()["letters sent"])) == sent:
            return sent
        sent = now


def _probed(port: int) -> str:
    """Whether Prism says no at all. Raises AssertionError when it takes what Twilio would refuse."""
    good = {"To": f"whatsapp:{RESIDENT}", "From": SENDER, "Body": "halo"}
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    with wire(timeout=20) as client:
        stranger = client.post(url, data=good).status_code
        codes = [client.post(url, data={**good, **one}, auth=(ACCOUNT, AUTH_TOKEN)).status_code for one in WRONG]
    assert stranger == 401, stranger
    assert all(code >= 400 for code in codes), codes
    return f"and refuses what Twilio refuses: {len(WRONG) + 1} wrong calls answered {stranger}, {_several(codes)}"


def _several(codes: list[int]) -> str:
    return ", ".join(str(code) for code in codes)


def _settle(double: TwilioDouble, seconds: float = 8) -> None:
    """The last status callbacks."""
    until = monotonic() + seconds
    while monotonic() < until and double.webhooks.next_at() is not None:
        double.deliver_due()
        sleep(0.1)


def _counted(log: Path) -> list[str]:
    """What Prism says of what it looked at."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8")).splitlines()
    asked = Counter(
        re.sub(r"(AC|SM|MM|ME|HX)[0-9a-f]{32}", r"{\1}", found[1])
        + " "
        + re.sub(r"/[A-Z]{2}[0-9a-f]{32}", "/{sid}", found[2])
        for line in lines
        if (found := re.search(r"\[HTTP SERVER\] (\w+) (\S+)", line)) and "Request received" in line
    )
    wrong = [line.strip() for line in lines if "✖" in line and "NO_METHOD_MATCHED" not in line]
    return [
        f"Prism looked at {sum(asked.values())} calls: {_shown(asked)}",
        f"and found {len(wrong)} violations" + "".join(f"\n      {line}" for line in wrong[:8]),
    ]


def _shown(values: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
