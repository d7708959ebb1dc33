"""Settings that the flows of these tests are checked against."""

import pytest

from ivr.flowfiles.settings_file import read_settings
from ivr.settings import Settings

SETTINGS = """
company: Northwind
numbers: {"+15550001000": main}
calendars:
  office: {hours: {mon-fri: 09:00-17:00}}
queues: {support: {}, billing: {}}
targets: {warehouse: "+14155552671"}
sources: {orders: {http: {url: "https://shop.example.com/orders/{number}"}}}
"""


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings(SETTINGS)
