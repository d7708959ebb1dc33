"""Pay: how it ends, and what it refuses."""

from __future__ import annotations

import pytest

PAY = '<Pay paymentConnector="Default" action="/paid" chargeAmount="20.45" tokenType="one-time"/>'


@pytest.fixture
def paid(line):
    line.pages["/paid"] = "<Say>Thank you.</Say>"
    return lambda: line.at("/paid")[0].params


def test_a_payment(line, paid):
    phone = line.call(PAY)
    line.run(1)
    assert phone.speaking.startswith("Please enter your credit card")
    phone.press("4111111111111111#")
    line.run(12)
    assert paid()["Result"] == "success" and paid()["PaymentConfirmationCode"]
    assert "4111111111111111" not in str(paid())
    assert phone.heard[-1] == "Thank you."


def test_a_token(line, paid):
    line.call(PAY.replace(' chargeAmount="20.45"', ""))
    line.run(13)
    assert paid()["PaymentToken"] and "PaymentConfirmationCode" not in paid()


def test_the_star_interrupts(line, paid):
    phone = line.call(PAY)
    line.run(1)
    phone.press("*")
    line.account.settle()
    assert paid()["Result"] == "caller-interrupted-with-star"


def test_another_end(line, paid):
    line.account.switches.pay_result = "payment-connector-error"
    line.call(PAY)
    line.run(13)
    assert paid()["Result"] == "payment-connector-error" and "PaymentToken" not in paid()


@pytest.mark.parametrize(
    "wrong", ['chargeAmount="much"', 'tokenType="twice"', 'paymentMethod="cash"', 'input="speech"']
)
def test_values_that_it_refuses(line, wrong):
    name = wrong.split("=")[0]
    document = PAY if name not in PAY else PAY.replace(f'{name}="', f'{name}="x', 1)
    line.call(document.replace("/>", f" {wrong}/>") if name not in PAY else document)
    line.run(1)
    assert line.account.faults[0].code == 12200


def test_an_attribute_that_it_does_not_know(line, paid):
    line.call(PAY.replace("/>", ' cardNumber="4111"/>'))
    line.run(13)
    assert [fault.code for fault in line.account.faults] == [12200] and paid()["Result"] == "success"
