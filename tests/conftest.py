"""What many tests share: databases, a browser, and honesty about what could not run here.

PostgreSQL and Chromium are optional on a developer's machine: tests that need them are skipped, and the
summary says so and how to get them. With PRESSZERO_REQUIRE_ALL=1 (as in `.ci/run`) a skip is a failure.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import warnings
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

# Tests start the product in processes of their own a hundred times, and to compile it takes longer than the
# rest of a start. What is compiled stays in the environment's folder, also where Python is told to leave none
# beside the source.
sys.pycache_prefix, sys.dont_write_bytecode = str(Path(sys.prefix) / "bytecode"), False
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from hypothesis import settings  # noqa: E402

from tests import once, postgres_cluster  # noqa: E402
from tests.conformity import harvest  # noqa: E402

# How long an example takes says how busy the machine is.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

REQUIRE_ALL = os.environ.get("PRESSZERO_REQUIRE_ALL", "") not in ("", "0")

# Part → how to get it. The skip's reason begins with the part, so that the summary can count.
OPTIONAL = {
    "Chromium": "apt install chromium-headless-shell",
    "PostgreSQL": "apt install postgresql",
    "OpenSSL": "apt install openssl",
    "systemd": "apt install systemd",
    "nginx": "apt install nginx-light",
    "Node": "apt install nodejs npm",
    "C compiler": "apt install gcc libc6-dev",
}

# The one without a window first: it takes half the processor's time.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--process-per-site",
    "--renderer-process-limit=1",
)


def lacking(part: str, why: str):
    pytest.skip(f"{part}: {why} ({OPTIONAL[part]})")


@pytest.fixture(scope="session", autouse=True)
def done_once():
    with pytest.MonkeyPatch.context() as patch:
        once.install(patch)
        yield


# Databases ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_cluster_running():
    programs = postgres_cluster.find_programs()
    if programs is None:
        lacking("PostgreSQL", "its programs were not found")
    cluster = postgres_cluster.start(programs)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_cluster_running) -> str:
    """The server's own database: for tests that make theirs. Most want `database_url`."""
    return postgres_cluster_running.url()


_numbers = count(1)


@pytest.fixture
def postgres_database(postgres_cluster_running):
    """URL of an empty PostgreSQL database that only this test uses."""
    name = f"test_{next(_numbers)}"
    postgres_cluster_running.run(f"CREATE DATABASE {name}")
    yield postgres_cluster_running.url(name)
    postgres_cluster_running.run(f"DROP DATABASE {name} WITH (FORCE)")


ON_EACH = pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])


@ON_EACH
def database_url(request, tmp_path) -> str:
    """URL of a database with our tables that only this test uses; the test runs once on each kind."""
    if request.param == "sqlite":
        return once.with_tables(tmp_path / "presszero.db")
    return request.getfixturevalue("migrated_postgres_database")


@ON_EACH
def empty_database_url(request, tmp_path) -> str:
    """The same without tables, for what makes them."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'presszero.db'}"
    return request.getfixturevalue("postgres_database")


@pytest.fixture(scope="session")
def migrated_postgres(postgres_cluster_running) -> str:
    """Name of a PostgreSQL database with our tables, to be copied."""
    from ivr.store.database import Database
    from ivr.store.migrate import migrate

    postgres_cluster_running.run("CREATE DATABASE migrated")
    database = Database.open(postgres_cluster_running.url("migrated"))
    migrate(database)
    database.close()
    return "migrated"


@pytest.fixture
def migrated_postgres_database(postgres_cluster_running, migrated_postgres):
    """URL of a PostgreSQL database with our tables that only this test uses."""
    name = f"test_{next(_numbers)}"
    postgres_cluster_running.run(f"CREATE DATABASE {name} TEMPLATE {migrated_postgres} STRATEGY FILE_COPY")
    yield postgres_cluster_running.url(name)
    postgres_cluster_running.run(f"DROP DATABASE {name} WITH (FORCE)")


# Browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return path or lacking("Chromium", "no browser was found")


# A bound for a busy machine, not a promise: what is expected ends the wait.
EXPECTED_WITHIN_MS = 15_000


class Browsers:
    """Playwright (sync API) with the machine's own Chromium, started again when its driver has died."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._start()

    def _start(self) -> None:
        from playwright.sync_api import expect, sync_playwright

        expect.set_options(timeout=EXPECTED_WITHIN_MS)
        self._playwright = sync_playwright().start()
        self.browser = self._playwright.chromium.launch(
            executable_path=self._path, args=list(CHROMIUM_OPTIONS)
        )

    def living(self):
        from playwright.sync_api import Error

        try:
            self.browser.new_context().close()
        except Error as died:
            warnings.warn(f"the driver of the browser died and is started again: {died}", stacklevel=1)
            self.close()
            self._start()
        return self.browser

    def close(self) -> None:
        from playwright.sync_api import Error

        for end in (self.browser.close, self._playwright.stop):
            try:
                end()
            except Error as gone:
                warnings.warn(f"the browser was gone: {gone}", stacklevel=1)


@pytest.fixture(scope="session")
def browsers(chromium_path):
    browsers = Browsers(chromium_path)
    yield browsers
    browsers.close()


@pytest.fixture
def browser(browsers):
    """A browser that runs. One whose driver died in an earlier test fails that test and no other."""
    return browsers.living()


@pytest.fixture
def page(browser):
    """A page with its own cookies. An exception in the page's JavaScript fails the test."""
    from playwright.sync_api import Error

    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    try:
        context.close()
    except Error as died:  # of the driver, not of a page: the next test gets another one
        warnings.warn(f"the page could not be closed: {died}", stacklevel=1)
    assert not errors, f"JavaScript errors in the page: {errors}"


# Order --------------------------------------------------------------------------------------------

USUAL_S = 5  # of a test that is marked as slow, unless its mark says more


def pytest_collection_modifyitems(items):
    """Put the tests that wait for real time at the head of each worker's share: the others run beside them,
    and none of them is alone at the end. xdist cuts the list into shares of one size, and an idle worker
    takes from the end of another's."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    others, ordered = [item for item in items if not item.get_closest_marker("slow")], []
    for worker, slow in enumerate(shares(items, workers)):
        room = (len(items) - len(ordered)) // (workers - worker) - len(slow)
        ordered += slow + others[: max(0, room)]
        del others[: max(0, room)]
    items[:] = ordered + others


def shares(items, workers: int) -> list[list]:
    """Return the slow tests of each worker, those of a file together: they share what is made for them."""
    files: dict[Path, list] = {}
    for item in items:
        if item.get_closest_marker("slow"):
            files.setdefault(item.path, []).append(item)
    shares, loads = [[] for _ in range(workers)], [0.0] * workers
    for tests in sorted(files.values(), key=lambda tests: sum(map(seconds_of, tests)), reverse=True):
        least = loads.index(min(loads))
        shares[least] += tests
        loads[least] += sum(map(seconds_of, tests))
    return shares


def seconds_of(item) -> float:
    arguments = item.get_closest_marker("slow").args
    return arguments[0] if arguments else USUAL_S


# Garbage ------------------------------------------------------------------------------------------

# A line that is closed is a circle of some ten thousand objects: looked for ten times as seldom, they cost a
# seventh less of the whole run.
OBJECTS_BETWEEN_LOOKS = 100_000


def pytest_collection_finish():
    """Thousands of collected tests live as long as the run: the collector need not walk them each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 10, 10)


# What could not run -------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return required((yield))


def required(report):
    """With PRESSZERO_REQUIRE_ALL a skip is a failure. An expected failure (xfail) is not a skip."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"PRESSZERO_REQUIRE_ALL is set and this was skipped: {skip_reason(report)}"
    return report


def skip_reason(report) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def pytest_configure(config):
    harvest.begin()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    harvest.check()
    if hasattr(session.config, "workeroutput"):
        harvest.give(session.config.workeroutput)
    elif harvest.failed():
        session.exitstatus = 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    harvest.take(getattr(node, "workeroutput", {}))


def pytest_terminal_summary(terminalreporter):
    for line in harvest.summary():
        terminalreporter.write_line(line)
    skipped = [skip_reason(report) for report in terminalreporter.stats.get("skipped", [])]
    parts = [next((part for part in OPTIONAL if reason.startswith(part)), reason) for reason in skipped]
    for part, number in Counter(parts).items():
        why = f"{part} is not here ({OPTIONAL[part]})" if part in OPTIONAL else part
        terminalreporter.write_line(f"Not run: {number} {'test' if number == 1 else 'tests'}: {why}")
