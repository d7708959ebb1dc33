"""A queue that misses its goal: watched, told by mail and webhook, tried again, told when it is over."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from ivr.environment import EnvironmentProblem
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.alerts import AlertService
from ivr.jobs.goals import GoalWatch
from ivr.jobs.report_sums import ask_for_report_jobs, report_jobs
from ivr.jobs.worker import Worker
from ivr.store import journal
from ivr.store.database import Database
from ivr.store.tables import goal_incident, goal_minute, job, queued_call
from tests.service.driving import ON_SQLITE, asks_for_person
from tests.service.mailbox import Hook, Mailbox, running

BEGIN = 1772463600.0
SETTINGS = """
company: Northwind
timezone: America/New_York
numbers: {{"+15550001000": main}}
queues:
  support: {{goal: {{answered_within: 20, share: 0.8, alert_after_minutes: 5}}}}
  billing: {{}}
reports:
  alerts: {{mail: [floor@example.com], webhook: "http://127.0.0.1:{port}/hook?a=b", internal: true}}
"""


class House:
    """A worker with the jobs of goals, its clock in the test's hand, and where its alerts arrive."""

    def __init__(self, url: str, mailbox: Mailbox, hook: Hook) -> None:
        self.now, self.mailbox, self.hook = BEGIN, mailbox, hook
        self.database = Database.open(url)
        self.settings = read_settings(SETTINGS.format(port=hook.server_port))
        self.transactions = Transactions(self.database, lambda: self.now, NotificationBus())
        environ = {
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mailbox.server_address[1]),
            "SMTP_FROM": "ivr@example.com", "SMTP_SECURITY": "none", "ALERT_WEBHOOK_SECRET": "geheim",
        }  # fmt: skip
        handlers = report_jobs(self.transactions, self.settings, environ)
        self.worker = Worker(self.transactions, handlers, jitter=lambda: 1.0)
        self.watch = GoalWatch(self.transactions, self.settings)

    def callers(self, in_goal: float, missed: float, queue: str = "support") -> None:
        """So many of this minute."""
        with self.database.write() as unit:
            row = {"minute": int(self.now // 60), "queue": queue, "in_goal": in_goal, "missed": missed}
            unit.connection.execute(goal_minute.insert(), row)

    def passes(self, minutes: float) -> None:
        """Time goes by; the queue is looked at every minute and what is due is done."""
        for _ in range(round(minutes)):
            self.now += 60
            self.watch.look()
            self.worker.run_due()

    def told(self) -> list[tuple[str, float | None]]:
        return [(told["event"], told["share"]) for told in (json.loads(body) for _, body in self.hook.posts)]

    def lines(self) -> list[str]:
        with self.database.read() as connection:
            return [row.kind for row in journal.after(connection, 0, 1000)]


@pytest.fixture
def house(database_url):
    with running(Mailbox()) as mailbox, running(Hook()) as hook:
        made = House(database_url, mailbox, hook)
        yield made
        made.database.close()


def test_a_missed_goal_is_told_once_and_so_is_its_end(house):
    house.callers(1, 9)
    house.passes(4)
    assert (house.told(), house.mailbox.letters) == ([], [])
    house.passes(10)
    assert house.told() == [("goal_missed", 0.1)]
    house.callers(90, 0)
    house.passes(12)
    assert house.told() == [("goal_missed", 0.1), ("goal_met", 0.91)]
    first, second = house.mailbox.letters
    assert "Subject: Northwind: support misses its goal" in first and "To: floor@example.com" in first
    assert "has missed its goal since 10:01." in first and ": 10% were." in first
    assert "Goal: 80% answered within 20 s. In the 30 minutes before 10:06" in first
    assert "meets its goal again" in second and "Message-ID: <alert-1-goal_met@example.com>" in second
    assert house.lines() == ["goal_missed", "goal_met"]
    house.callers(0, 90)
    house.passes(7)
    assert [event for event, _ in house.told()] == ["goal_missed", "goal_met", "goal_missed"]


def test_the_webhook_is_signed_and_no_redirect_is_followed(house):
    house.callers(1, 9)
    house.passes(7)
    [(headers, body)] = house.hook.posts
    at, code = headers["Presszero-Signature"].removeprefix("t=").split(",v1=")
    assert hmac.new(b"geheim", f"{at}.".encode() + body, hashlib.sha256).hexdigest() == code
    assert abs(int(at) - house.now) < 120
    told = json.loads(body)
    assert (told["queue"], told["goal"], told["missed_since"]) == ("support", 0.8, BEGIN + 60)


def test_an_alert_that_is_not_taken_is_tried_again(house):
    house.hook.statuses = [500, 429, 302, 200]
    house.mailbox.recipient = "451 later"
    house.callers(1, 9)
    house.passes(6)
    assert (len(house.hook.posts), house.mailbox.letters) == (1, [])
    house.mailbox.recipient = "250 ok"
    house.passes(5)
    assert len(house.hook.posts) == 4
    assert len({body for _, body in house.hook.posts}) == 1
    assert len(house.mailbox.letters) == 1


def test_an_alert_that_is_refused_for_good_is_given_up_and_on_record(house):
    house.hook.statuses = [410]
    house.mailbox.recipient = "550 nobody here"
    house.callers(1, 9)
    house.passes(10)
    assert len(house.hook.posts) == 1
    assert house.lines().count("alert_failed") == 2


def test_too_few_callers_and_queues_without_an_alert_are_left_alone(house):
    house.callers(0, 4)
    house.callers(0, 90, queue="billing")
    house.passes(20)
    assert (house.told(), house.lines()) == ([], [])


def test_what_a_restart_finds_is_the_same_incident(house):
    house.callers(1, 9)
    house.passes(3)
    house.watch = GoalWatch(house.transactions, house.settings)
    house.passes(4)
    assert [event for event, _ in house.told()] == ["goal_missed"]


def test_a_goal_that_is_no_longer_watched_is_forgotten(house):
    house.callers(1, 9)
    house.passes(7)
    plain = read_settings('company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n')
    GoalWatch(house.transactions, plain).look()
    with house.database.read() as connection:
        assert connection.execute(goal_incident.select()).all() == []


def test_nobody_is_answered_at_all(house):
    """No wait has ended, so no line tells of one: those who still stand there do."""
    with house.database.write() as unit:
        for number in range(5):
            place = {
                "id": f"q{number}", "call_sid": f"CA{number}", "queue": "support", "priority": 0,
                "entered_at": BEGIN - 60, "state": "waiting", "since": BEGIN - 60, "kind": "live",
            }  # fmt: skip
            unit.connection.execute(queued_call.insert(), place)
    house.passes(7)
    assert house.told() == [("goal_missed", 0.0)]


@ON_SQLITE
def test_an_alert_of_an_address_that_was_taken_out_of_the_settings_is_not_sent(house):
    house.hook.statuses = [500]
    house.callers(1, 9)
    house.passes(6)
    with house.database.read() as connection:
        assert [row.kind for row in connection.execute(job.select())] == ["alert_webhook"]
    plain = read_settings('company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n')
    alerts = AlertService(house.transactions, plain, {})
    worker = Worker(house.transactions, alerts.handlers)
    house.now += 600
    worker.run_due()
    with house.database.read() as connection:
        assert connection.execute(job.select()).all() == []
    assert len(house.hook.posts) == 1


@ON_SQLITE
def test_a_hook_inside_our_own_network_is_refused_unless_it_is_wanted(house):
    text = (
        SETTINGS.format(port=1)
        .replace(", internal: true", "")
        .replace("http://127.0.0.1:1", "https://in.example")
    )
    environ = {"SMTP_HOST": "h", "SMTP_FROM": "f@x.org", "ALERT_WEBHOOK_SECRET": "s"}
    alerts = AlertService(
        house.transactions, read_settings(text), environ, resolve=lambda _host, _port: "10.0.0.1"
    )
    with pytest.raises(Exception, match="own network"):
        alerts.webhook(type("Job", (), {"body": {"event": "goal_met"}, "key": "k"}))


@ON_SQLITE
@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        ({"SMTP_HOST": ""}, "SMTP_HOST is not set"),
        ({"SMTP_FROM": ""}, "SMTP_FROM is not set"),
        ({"SMTP_PORT": "mail"}, "SMTP_PORT"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"SMTP_SECURITY": "none", "SMTP_PASSWORD": "x"}, "in the open"),
        ({"ALERT_WEBHOOK_SECRET": ""}, "ALERT_WEBHOOK_SECRET is not set"),
    ],
)
def test_what_the_environment_lacks_is_said_at_the_start(house, missing, problem):
    environ = {"SMTP_HOST": "h", "SMTP_FROM": "f@x.org", "ALERT_WEBHOOK_SECRET": "s", **missing}
    with pytest.raises(EnvironmentProblem, match=problem):
        report_jobs(house.transactions, house.settings, environ)


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        ("{mail: [nobody]}", "is not a mail address"),
        ('{mail: ["a@example.com\\nBcc: b@example.com"]}', "is not a mail address"),
        ("{webhook: 'http://example.com/'}", "only https:// is asked"),
        ("{webhook: 'https://me:pw@example.com/'}", "no address needs"),
        ("{}", "nobody would be told"),
    ],
)
def test_alerts_that_would_reach_nobody_are_found_in_the_settings(alerts, problem):
    text = SETTINGS.format(port=1)
    head = text[: text.index("reports:")]
    with pytest.raises(SettingsProblems, match=problem):
        read_settings(f"{head}reports: {{alerts: {alerts}}}\n")


def test_a_real_line_counts_callers_by_the_minute(line):
    """From the journal of real calls to the figures that goals are judged by."""
    ask_for_report_jobs(line.line.transactions)
    waiting = asks_for_person(line)
    line.run(60)
    waiting.hang_up()
    line.run(30)
    with line.database.read() as connection:
        rows = [(row.queue, row.in_goal, row.missed) for row in connection.execute(goal_minute.select())]
    assert rows == [("support", 0, 1)]
