"""A call from the first ring to the record of it (promises 1, 2, 4, 5)."""

from __future__ import annotations

from ivr.store import calls


def test_promise_1_zero_in_the_middle_of_the_welcome_reaches_an_agent(line):
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    line.run(2)
    assert caller.speaking and caller.speaking.startswith("Thank you for calling")

    caller.press("0")
    line.run(2)
    assert agent.ringing
    agent.answer()
    line.run(1)
    assert agent.heard and "support" in agent.heard[0]
    agent.press("1")
    line.run(2)

    assert caller.talking_to == {agent.address}
    with line.database.read() as connection:
        row = calls.find(connection, caller.sid)
    assert row is not None
    path = [visit["step"] for visit in row.session["session"]["path"]]
    assert path[0] == "welcome" and "department" not in path
    assert row.status == "talking" and row.agent_id == "desk-1"

    caller.hang_up()
    line.run(2)
    assert line.line.agents.status("desk-1").state == "wrapping_up" and agent.call is None
    line.run(60)
    assert line.line.agents.status("desk-1").state == "available"
    with line.database.read() as connection:
        row = calls.find(connection, caller.sid)
    assert row.outcome == "talked" and row.ended_at is not None
    assert line.account.faults == []


def test_promise_2_nobody_there_and_a_voicemail_is_kept(line):
    caller = line.dial()
    line.run(1)
    caller.press("0")
    line.run(6)
    assert any("Nobody is available" in text for text in caller.heard)
    caller.press("2")
    line.run(14)
    caller.say("Please call me back about order 123456, thank you very much.")
    line.run(5)
    caller.press("#")
    line.run(3)
    caller.press("1")
    line.run(10)
    assert caller.status == "completed"
    with line.database.read() as connection:
        row = calls.find(connection, caller.sid)
    assert row.outcome == "voicemail"
    assert line.account.faults == []
