"""Real exports: what is written passes the real check, reads well, and answers calls."""

import json
from pathlib import Path

import exports
import pytest
from exports import FLOWS, HERE, WIDGETS, entry, imported, loaded, queue, say

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine, scratch_database
from ivr.steps import STEP_TYPES
from ivr.studio import REPORT_FILE, SETTINGS_FILE, import_flow

ROOT = Path(__file__).parents[3]
# What cannot be helped: the samples themselves say it.
INHERENT = {"long_prompt", "long_menu", "missing_language", "key_unsaid", "key_not_wired"}
INHERENT |= {"language_unspoken"}


def of_file(path: Path):
    return import_flow(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_what_is_written_passes_the_check(path):
    result = of_file(path)
    read = loaded(result)

    assert read.flow_set is not None, [str(problem) for problem in read.problems]
    assert {problem.code for problem in read.problems} <= INHERENT, [
        str(problem) for problem in read.problems
    ]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_every_widget_is_reported_once_with_its_reason(path):
    result = of_file(path)
    states = [state["name"] for state in json.loads(path.read_text())["states"]]

    assert [found.widget for found in result.entries] == states
    for found in result.entries:
        assert found.status in ("converted", "approximated", "not convertible")
        assert found.reasons or found.status == "converted", found
        assert found.steps or found.reasons, found


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_it_comes_out_the_same_every_time(path):
    assert of_file(path).files == of_file(path).files


@pytest.mark.parametrize("name", ["acme", "v018-jeelan-dev"])
def test_golden(name):
    files = of_file(HERE / "flows" / f"{name}.json").files
    folder = HERE / "golden" / name
    if not folder.exists():
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text)
        pytest.fail("written for the first time: look at them, then run again")

    assert {path.name: path.read_text() for path in folder.iterdir()} == files


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_an_imported_flow_answers_and_0_reaches_a_person(path, tmp_path):
    """Without look-ups: the services of these samples are not there."""
    result = import_flow(path.read_bytes(), path.name, kinds=frozenset(STEP_TYPES) - {"lookup"})
    line = rehearsed(result, tmp_path)
    try:
        agent = line.add_agent("desk-1", list(line.settings.queues))
        caller = line.dial()
        line.run(3)
        assert caller.heard
        assert any("0" in said for said in caller.heard) or agent.ringing
        caller.press("0")
        assert line.account.run_until(lambda: agent.ringing, 60)
        agent.answer()
        line.run(1)
        agent.press("1")
        assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 10)
    finally:
        line.close()


def rehearsed(result, folder: Path) -> SimulatedLine:
    """The real app with the flows and the settings that an import wrote."""
    (folder / "flows").mkdir()
    for file, text in result.files.items():
        if file.endswith(".yaml") and file != SETTINGS_FILE:
            (folder / "flows" / file).write_text(text)
    (folder / "flows" / "audio").symlink_to(ROOT / "flows" / "audio")
    suggested = result.files[SETTINGS_FILE].replace("flows_folder: .", "flows_folder: flows")
    (folder / "config.yaml").write_text(suggested)
    return SimulatedLine(load_settings(folder / "config.yaml", {}), scratch_database(folder))


@pytest.mark.parametrize("name", sorted(set(WIDGETS) - {"flowTrigger", "trigger", "triggerComplete"}))
def test_every_widget_of_studio(name):
    """Alone in a flow, as first widget and between two others."""
    one = {**WIDGETS[name], "name": "tested"}
    connected = [{**out, "next": "afterwards"} for out in one["transitions"]]
    for exits in (one["transitions"], connected):
        result = imported({**one, "transitions": exits}, say("afterwards", "Afterwards.", "agents"), queue())
        read = loaded(result)

        assert read.flow_set is not None, [str(problem) for problem in read.problems]
        found = entry(result, "tested")
        assert found.reasons or found.status == "converted"


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("sayPlaySayMessage", "converted", "say"),
        ("sayPlayPlayMessage", "approximated", "say"),
        ("sayPlayDigits", "not convertible", ""),
        ("gatherInputOnCallSayMessage", "approximated", "ask"),
        ("setVariables", "converted", "set"),
        ("connectCallToNumber", "converted", "transfer"),
        ("connectCallToNumberMulti", "approximated", "transfer"),
        ("connectCallToSIP", "not convertible", "queue"),
        ("connectCallToClient", "not convertible", "queue"),
        ("enqueueCallQueue", "converted", "queue"),
        ("sendToFlexComplete", "approximated", "queue"),
        ("recordVoicemail", "converted", "voicemail"),
        ("recordVoicemailComplete", "approximated", "voicemail"),
        ("runSubflow", "approximated", "flow"),
        ("splitBasedOn", "converted", "branch"),
        ("sendMessage", "converted", "text"),
        ("recordCall", "not convertible", ""),
        ("recordCallComplete", "approximated", "record"),
        ("forkStream", "not convertible", ""),
        ("addTwimlRedirect", "not convertible", "queue"),
        ("connectVirtualAgent", "not convertible", "queue"),
        ("sendToAutopilot", "not convertible", "queue"),
        ("makeOutgoingCall", "not convertible", "queue"),
        ("capturePayments", "approximated", "pay"),
        ("capturePaymentsComplete", "not convertible", "queue"),
    ],
)
def test_what_each_widget_becomes(name, status, kind):
    one = {**WIDGETS[name], "name": "tested"}
    exits = [{**out, "next": "next_menu"} for out in one["transitions"]]
    menu = exports.widget(
        "next_menu", "gather-input-on-call", {"keypress": "next_split"}, say="Press 1 for help."
    )
    keys = exports.split("next_split", "{{widgets.next_menu.Digits}}", ("equal_to", "1", "agents"))
    result = imported({**one, "transitions": exits}, menu, keys, queue())
    found = entry(result, "tested")

    assert found.status == status, found
    assert bool(found.steps) == bool(kind), found
    if kind:
        assert kind in exports.steps(result)[found.steps[0]]


def test_the_report_cannot_be_broken_by_what_an_export_says():
    result = imported(say("x|y\n## no", "Hello <b>x</b> {{no.such}} | `"))
    lines = result.files[REPORT_FILE].splitlines()

    assert not [line for line in lines if line.startswith("## no")]
    assert any("x\\|y \\#\\# no" in line for line in lines)
