"""The texts that WhatsApp approves keep its rules, say what they stand for, and cover every line that may need one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.catalogue import load_catalogue
from bot.channels.approvals import Approval, NoAnswerError, Submission
from bot.channels.twilio_templates import TwilioTemplates
from bot.channels.whatsapp_setup import twilio_client
from bot.clock import FrozenClock
from bot.render import Renderer
from bot.settings import Settings
from bot.template_desk import TemplateDesk, name_of
from bot.templates import Draft, Templates, cleaned, neutral_missing, without_template
from bot.templates_catalogue import FORMS, OF_KEY, QUIETLY, Form, sensitive
from handlers.messages import OfficeName, Say
from routing.region import load_atlas
from tests.doubles.faults import Kind
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble
from tests.flow.pushed import pushed_keys

WORDS = load_catalogue("id")
TEMPLATES = Templates(WORDS, Renderer(load_atlas(), WORDS))
PLACE = re.compile(r"\{\{(\d+)\}\}")
REVEALING = re.compile(
    r"kekerasan|kdrt|korban|polisi|ppa|pelaku|pelecehan|perkosa|bunuh|aniaya|rahasia|hamil|jiwa|hiv", re.IGNORECASE
)
SELLING = re.compile(r"promo|gratis|diskon|menang|hadiah|beli|tawaran|undang|segera daftar", re.IGNORECASE)


def form_id(form: Form) -> str:
    return form.name


@pytest.mark.parametrize("draft", TEMPLATES.drafts, ids=lambda draft: draft.name)
def test_a_template_keeps_the_rules(draft: Draft) -> None:
    """`platform.md §3`: no place at an end, none side by side, numbered from one, enough words around them."""
    places = PLACE.findall(draft.body)
    assert not re.search(r"^\W*\{\{|\}\}\W*$", draft.body)
    assert not re.search(r"\}\}\s*\{\{", draft.body)
    assert sorted(places) == [str(number) for number in range(1, len(draft.samples) + 1)]
    assert len(PLACE.sub("", draft.body).split()) > 2 * len(places)
    assert len(draft.body) + sum(len(sample) for sample in draft.samples) <= 1024
    assert draft.button is None or len(draft.button) <= 20
    assert not REVEALING.search(draft.body)
    assert not SELLING.search(draft.body)


@pytest.mark.parametrize("form", FORMS, ids=form_id)
def test_a_template_is_filled_by_every_line_that_it_stands_for(form: Form) -> None:
    assert WORDS.places(form.key) == set(form.values)
    lacking = {key: set(form.values) - WORDS.places(key) for key in form.keys if not form.parks}
    assert {key: names for key, names in lacking.items() if names} == {}


def test_no_line_has_two_templates() -> None:
    assert sum(len(form.keys) for form in FORMS) == len(OF_KEY)
    assert set(OF_KEY) <= set(WORDS)


def test_every_line_that_may_meet_a_closed_window_has_its_way() -> None:
    """Read from the code: whatever is told to somebody who did not write just now, and every reminder."""
    pushed = pushed_keys()
    assert len(pushed) > 50, "the search itself can fail"
    covered = {*OF_KEY, *QUIETLY}
    assert {key for key in pushed - covered if not sensitive(key) and not key.startswith("ppa.")} == set()


@pytest.mark.parametrize(
    ("value", "expected"), [("a\nb", "a b"), ("  a \t  b     c ", "a b c"), ("a\r\n\r\nb", "a b"), ("ñ 👍", "ñ 👍")]
)
def test_a_value_is_one_line(value: str, expected: str) -> None:
    assert cleaned(value) == expected


def filled(**values: str | OfficeName) -> str | None:
    message = TEMPLATES.filled(OF_KEY["hear.accepted.note"], Say("hear.accepted.note", dict(values)), "HX1")
    return message.text if message else None


def test_what_stands_in_the_chat_is_the_filled_template() -> None:
    air = OfficeName("64.72", "AIR", full=False)
    assert filled(ticket="SMD-0007", office=air, note="sudah\ndiganti") == (
        "Kabar laporan SMD-0007 dari Perumdam: “sudah diganti”. Kalau ada yang ingin disampaikan, balas saja di sini."
    )


@pytest.mark.parametrize(
    "values",
    [
        {"ticket": "SMD-0007", "office": "PUPR"},
        {"ticket": "SMD-0007", "office": "PUPR", "note": " \n "},
        {"ticket": "SMD-0007", "office": "PUPR", "note": "x" * 301},
    ],
    ids=["missing", "empty", "too long"],
)
def test_a_line_that_does_not_fit_its_template_waits_to_be_read_whole(values: dict[str, str]) -> None:
    assert filled(**values) is None


DIGESTS = [
    (["a"], "digest_1", ["a"]),
    (["a", "b"], "digest_1", ["a, dan 1 lainnya"]),
    (["a", "b", "c"], "digest_3", ["a", "b", "c"]),
    (["a", "b", "c", "d"], "digest_3", ["a", "b", "c, dan 1 lainnya"]),
    (list("abcdefg"), "digest_5", ["a", "b", "c", "d", "e, dan 2 lainnya"]),
]


@pytest.mark.parametrize(("lines", "template", "expected"), DIGESTS)
def test_a_round_up_has_one_three_or_five_rows(lines: list[str], template: str, expected: list[str]) -> None:
    say = TEMPLATES.digest(lines)
    assert (say.key, list(say.values.values())) == (f"template.{template}", expected)


# --- at the provider --------------------------------------------------------------------------------------------------


class Provider:
    """Approves everything it is given as soon as somebody looks again; `test_sending_commands.py` has a strict one."""

    def __init__(self) -> None:
        self.there: dict[str, Approval] = {}

    def known(self) -> dict[str, Approval]:
        before = dict(self.there)
        for name, one in before.items():
            if one.status == "received":
                self.there[name] = replace(one, status="approved")
        return dict(self.there)

    def submit(self, text: Submission, sid: str | None) -> Approval:
        self.there[text.name] = Approval(sid or f"HX{len(self.there)}", "received")
        return self.there[text.name]


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def desk(engine: Engine, clock: FrozenClock, provider: Provider) -> TemplateDesk:
    return TemplateDesk(engine, clock, TEMPLATES, provider, "id")


def test_everything_is_submitted_once_and_approved(engine: Engine, desk: TemplateDesk) -> None:
    submitted = desk.submit()
    assert [one.name for one in submitted] == [draft.name for draft in TEMPLATES.drafts]
    assert len(TEMPLATES.missing(desk.states())) == len(FORMS)
    assert desk.refresh() == len(submitted)
    assert (desk.submit(), desk.refresh()) == ([], 0)
    assert TEMPLATES.missing(desk.states()) == ()
    with engine.begin() as connection:
        assert set(TEMPLATES.approved(connection)) == {form.name for form in FORMS}


@pytest.mark.parametrize("status", ["rejected", None], ids=["rejected", "deleted there"])
def test_one_that_is_lost_in_the_middle_of_the_day_is_not_used_any_more(
    desk: TemplateDesk, provider: Provider, status: str | None
) -> None:
    desk.submit()
    desk.refresh()
    name = name_of(TEMPLATES.draft("news_accepted"))
    if status is None:
        del provider.there[name]
    else:
        provider.there[name] = replace(provider.there[name], status=status)
    assert desk.refresh() == 1
    missing = TEMPLATES.missing(desk.states())
    assert (missing, without_template(missing), neutral_missing(missing)) == (
        ("news_accepted",),
        ("hear.accepted",),
        (),
    )
    assert [one.name for one in desk.submit()] == (["news_accepted"] if status is None else []), (
        "other words are needed"
    )


def test_one_that_was_created_and_not_submitted_is_submitted_as_it_is(desk: TemplateDesk, provider: Provider) -> None:
    name = name_of(TEMPLATES.draft("news_accepted"))
    provider.there[name] = Approval("HXmade", "unsubmitted")
    desk.submit()
    assert provider.there[name].sid == "HXmade"


def test_a_provider_that_does_not_answer_is_told_in_one_word(clock: FrozenClock) -> None:
    faults: tuple[Kind, ...] = ("server_error", "too_many", "html", "empty", "reset")
    with TwilioDouble(now=clock.now) as there:
        settings = Settings(
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=SecretStr(AUTH_TOKEN),
            twilio_from=SENDER,
            twilio_api=there.url,
            public_url="https://lapor.contoh.id",
        )
        client, http = twilio_client(settings, 1, 2)
        for fault in faults:
            there.faults.next(fault)
            with pytest.raises(NoAnswerError, match=r"^\w+$"):
                TwilioTemplates(client).known()
        http.close()


def test_another_text_has_another_name() -> None:
    names = {name_of(draft) for draft in TEMPLATES.drafts}
    assert len(names) == len(FORMS)
    assert all(re.fullmatch(r"[a-z0-9_]{1,60}", name) for name in names)
