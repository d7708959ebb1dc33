"""Mails to customers: once, to one address, and nothing that anybody writes becomes a header."""

from __future__ import annotations

import smtplib
from email import message_from_string
from types import SimpleNamespace

import pytest

from ivr.environment import EnvironmentProblem
from ivr.floor.outgoing_messages import SmsRefused, ask_mail, mail_address
from ivr.jobs.article_loader import ArticleLoader
from ivr.jobs.message_jobs import EmailService
from ivr.jobs.smtp_client import PerhapsSent, SmtpClient
from ivr.jobs.worker import Worker
from ivr.service.knowledge_base import ArticleService
from ivr.store import calls, journal, messages
from ivr.store.tables import contact, job
from tests.desk.conftest import Clock, a_session, opened
from tests.service.mailbox import Mailbox, running

ARTICLE = "---\ntitle: Late parcel\ntext: We look for {{ topic }}.\n---\nWords.\n"
HOSTILE = "x\r\nBcc: thief@evil.test\r\n\r\n<b>"
NO_ADDRESS = (
    *("", "a", "a@b", "@b.test", "a@b.test, c@d.test", "a@b.test;c@d.test", "<a@b.test>", "a b@c.test"),
    *(
        "a@b.test\n",
        "a@b.test\r\nBcc: c@d.test",
        "a@b.test\0",
        "é@b.test",
        "a@-b.test",
        "a@b..test",
        ".a@b.test",
    ),
    *("a@b.test%0aBcc:c@d.test", '"a\nb"@c.test', "a" * 200 + "@b.test"),
)


@pytest.fixture
def world(database_url, tmp_path):
    world = opened(database_url, Clock())
    world.settings._folder = tmp_path
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "late.md").write_text(ARTICLE)
    ArticleLoader(world.transactions, tmp_path / "articles").look()
    world.agent()
    world.customer()
    yield world
    world.db.close()


@pytest.fixture
def box():
    with running(Mailbox()) as box:
        yield box


@pytest.fixture
def server(box) -> SmtpClient:
    port = box.server_address[1]
    return SmtpClient("127.0.0.1", "Northwind <desk@northwind.test>", port, security="none")


@pytest.fixture
def answers(world) -> ArticleService:
    return ArticleService(world.transactions, world.cards, world.settings, mails=True)


def talking(world, topic: str = "it") -> None:
    session = a_session("CA1", "support")
    session["session"]["variables"] = {"topic": topic}
    world.talk(world.ring(session=session))


def work(world, server) -> None:
    Worker(world.transactions, {"send_mail": EmailService(world.transactions, server).send}).run_due()


def outcomes(world) -> list[tuple[str, str]]:
    with world.db.read() as connection:
        rows = connection.execute(contact.select().where(contact.c.channel == messages.MAIL)).all()
    return [(row.outcome, row.note) for row in rows]


def noted(world, kind: str) -> list[dict]:
    with world.db.read() as connection:
        return [dict(line.body) for line in journal.of_call(connection, "CA1") if line.kind == kind]


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_single_address_is_none(text):
    assert mail_address(text) == ""


@pytest.mark.parametrize("text", ["a@b.test", " o'brien+x@mail.example.com ", "A.b-c_d@x1.co"])
def test_addresses_are_taken_as_they_are(text):
    assert mail_address(text) == text.strip()


def test_an_answer_goes_once_to_the_address_on_record(world, answers, box, server):
    talking(world, HOSTILE)
    answers.mail("desk-1", "CA1", "late", "", False, 0)
    answers.mail("desk-1", "CA1", "late", "", False, 0)  # the click that came twice
    for _ in range(2):
        work(world, server)
    [letter] = box.letters
    mail = message_from_string(letter)
    assert (mail["To"], mail["Subject"]) == ("orders@alfreds.test", "Northwind: Late parcel")
    assert mail["Bcc"] is None and mail.get_content_type() == "text/plain"
    assert "We look for x" in mail.get_payload() and "<b>" in mail.get_payload()
    [(outcome, note)] = outcomes(world)
    assert outcome == "sent" and note.startswith("To orders@alfreds.test: We look for")
    assert noted(world, "mail_sent") == [{"to": "orders@alfreds.test"}]
    assert [each.sent for each in [answers.open("desk-1", "CA1", "late")]] == [(("email", "sent"),)]


def test_no_word_of_a_customer_becomes_a_header(world, box, server):
    """Also where a caller of `ask_mail` does not think of it."""
    talking(world)
    with world.transactions.begin() as tx:
        row = calls.find(tx.connection, "CA1")
        ask_mail(tx, row, "a@b.test", f"Re: {HOSTILE}", HOSTILE, "Desk one")
    work(world, server)
    mail = message_from_string(box.letters[0])
    assert mail["Bcc"] is None and mail["To"] == "a@b.test" and "\n" not in mail["Subject"]


def test_a_typed_address_must_be_confirmed_and_be_one(world, answers):
    talking(world)
    for address, confirmed in (("new@home.test", False), (HOSTILE, True), ("a@b.test,c@d.test", True)):
        with pytest.raises(SmsRefused):
            answers.mail("desk-1", "CA1", "late", address, confirmed, 0)
    answers.mail("desk-1", "CA1", "late", "ORDERS@alfreds.test", False, 0)  # on record: nothing to confirm
    answers.mail("desk-1", "CA1", "late", "new@home.test", True, 1)
    assert [note.split(":")[0] for _, note in outcomes(world)] == [
        "To ORDERS@alfreds.test",
        "To new@home.test",
    ]


def test_a_stranger_has_no_address_on_record(world, answers):
    talking(world)
    world.customer(email="not an address")
    with pytest.raises(SmsRefused, match="on record"):
        answers.mail("desk-1", "CA1", "late", "", False, 0)


@pytest.mark.parametrize(
    ("answer", "outcome", "again"), [("550 no", "refused", False), ("450 later", "waiting", True)]
)
def test_what_the_server_does_not_take_is_tried_again_or_given_up(
    world, answers, box, server, answer, outcome, again
):
    talking(world)
    box.recipient = answer
    answers.mail("desk-1", "CA1", "late", "", False, 0)
    work(world, server)
    assert [how for how, _ in outcomes(world)] == [outcome] and box.letters == []
    with world.db.read() as connection:
        assert bool(connection.execute(job.select().where(job.c.kind == "send_mail")).all()) == again
    if again:
        box.recipient = "250 ok"
        world.clock.now += 60
        work(world, server)
        assert [how for how, _ in outcomes(world)] == ["sent"] and len(box.letters) == 1


def test_one_whose_fate_nobody_knows_is_not_sent_again(world, answers):
    talking(world)
    answers.mail("desk-1", "CA1", "late", "", False, 0)
    tries = []

    class Silent:
        def send(self, *given):
            tries.append(given)
            raise PerhapsSent("went silent")

    for _ in range(3):
        work(world, Silent())
        world.clock.now += 3600
    assert len(tries) == 1 and [how for how, _ in outcomes(world)] == ["unsure"]


def test_whoever_died_while_sending_is_not_repeated(world, answers):
    talking(world)
    answers.mail("desk-1", "CA1", "late", "", False, 0)

    class Dies:
        def send(self, *_given):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(world, Dies())
    world.clock.now += 3600
    work(world, SimpleNamespace(send=lambda *_: pytest.fail("sent again")))
    assert [how for how, _ in outcomes(world)] == ["unsure"]


def test_a_connection_that_breaks_after_the_letter_is_perhaps_sent(monkeypatch, server):
    def silent(*_given, **_more):
        raise TimeoutError

    monkeypatch.setattr(smtplib.SMTP, "data", silent)
    with pytest.raises(PerhapsSent):
        server.send("a@b.test", "s", "t", "m")
    with pytest.raises(OSError) as fault:
        SmtpClient("127.0.0.1", "a@b.test", 1, security="none").send("a@b.test", "s", "t", "m")
    assert not isinstance(fault.value, PerhapsSent)


def test_half_a_mail_server_is_said_at_the_start_and_none_is_none():
    assert SmtpClient.given({}) is None
    with pytest.raises(EnvironmentProblem, match="SMTP_FROM"):
        SmtpClient.given({"SMTP_HOST": "mail.test"})
