"""Pictures of flows: where boxes and lines go, what stands in them. Nothing of an author gets out."""

import random
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.draw import draw
from ivr.flowfiles.drawing import StepNote, SvgOverlays, chart_of, dot, mermaid, svg
from ivr.flowfiles.layout import Box, Connector, arrange
from ivr.flowfiles.loader import load_book, read_book
from ivr.flowfiles.settings_file import load_settings

ROOT = Path(__file__).parents[2]
HEAD = "flow: main\ntitle: '{title}'\nlanguages: [en-US]\nhuman: support\nstart: a\nsteps:\n"


def flow(settings, steps, title="Main"):
    loaded = read_book({"main.yaml": HEAD.format(title=title) + steps}, settings)
    assert loaded.flow_set, loaded.problems
    return loaded.flow_set.flows["main"]


def hundred_steps() -> str:
    """Menus of three below each other: a hundred steps that all end at one goodbye."""
    steps = []
    for number in range(99):
        below = [3 * number + key for key in (1, 2, 3) if 3 * number + key < 99]
        keys = ", ".join(f"{key}: s{to}" for key, to in enumerate(below, 1))
        body = f"{{menu: What now?, keys: {{{keys}}}}}" if below else "{say: One moment please., next: bye}"
        steps.append(f"  {'a' if not number else f's{number}'}: {body}\n")
    return "".join(steps) + "  bye: {hang_up: Goodbye.}\n"


def shipped():
    settings = load_settings(ROOT / "config.yaml", {})
    return load_book(settings.flows_path, settings).flow_set.flows


# Layout -------------------------------------------------------------------------------------------


def random_graph(seed: int):
    chance = random.Random(seed)
    boxes = [Box(f"b{n}", chance.choice([200, 240, 300]), chance.choice([28, 60, 90])) for n in range(40)]
    pairs = {tuple(sorted(chance.sample(range(40), 2))) for _ in range(70)}
    return boxes, [Connector(f"b{a}", f"b{b}", 0) for a, b in sorted(pairs)]


@pytest.mark.parametrize("seed", range(12))
def test_no_box_lies_on_another_and_every_line_goes_from_box_to_box(seed):
    boxes, lines = random_graph(seed)
    result = arrange(boxes, lines)

    for one, other in combinations(boxes, 2):
        (x1, y1), (x2, y2) = result.corners[one.name], result.corners[other.name]
        beside = x1 + one.width <= x2 or x2 + other.width <= x1
        assert beside or y1 + one.height <= y2 or y2 + other.height <= y1, (one, other)
    sizes = {box.name: box for box in boxes}
    for line, route in zip(lines, result.routes, strict=True):
        (x, y), source = result.corners[line.source], sizes[line.source]
        assert route[0][1] == pytest.approx(y + source.height)
        assert x - 0.5 <= route[0][0] <= x + source.width + 0.5
        (x, y), target = result.corners[line.target], sizes[line.target]
        assert route[-1][1] == pytest.approx(y)
        assert x <= route[-1][0] <= x + target.width
        for here, there in pairwise(route):
            assert abs(here[0] - there[0]) < 0.6 or abs(here[1] - there[1]) < 0.6, "not at right angles"
            assert there[1] >= here[1] - 0.6, "a line goes up"


@pytest.mark.parametrize("seed", range(12))
def test_lines_do_not_run_through_boxes(seed):
    boxes, lines = random_graph(seed)
    result = arrange(boxes, lines)
    for line, route in zip(lines, result.routes, strict=True):
        for box in boxes:
            if box.name in (line.source, line.target):
                continue
            x, y = result.corners[box.name]
            for (x1, y1), (x2, y2) in pairwise(route):
                clear = max(x1, x2) <= x or min(x1, x2) >= x + box.width
                assert clear or max(y1, y2) <= y or min(y1, y2) >= y + box.height, (line, box)


def test_circles_are_refused_and_nothing_is_nothing():
    with pytest.raises(ValueError):
        arrange([Box("a", 9, 9), Box("b", 9, 9)], [Connector("a", "b"), Connector("b", "a")])
    assert arrange([], []).corners == {}


# Charts -------------------------------------------------------------------------------------------


def test_ways_carry_their_keys_and_two_keys_to_one_step_are_one_line(settings):
    steps = "  a: {menu: Press 1 or 2 or 3., keys: {1: q, 2: q, 3: b}, words: {q: [hello]}, no_input: b}\n"
    steps += "  b: {branch: [{when: caller.number == 1, next: q}], otherwise: a}\n  q: {queue: billing}\n"
    chart = chart_of(flow(settings, steps))
    labels = {(way.source, way.target): way.label for way in chart.ways}
    assert labels["a", "q"] == "1, 2"
    assert labels["a", "b"] == "3, no input"
    assert labels["b", "q"] == "caller.number == 1"
    assert labels["b", "b>a"] == "otherwise"  # back up: a pointer, not a line
    assert [node.name for node in chart.nodes if node.jump] == ["a"]


def test_long_conditions_read_differently_and_are_whole_in_other_programs(settings):
    steps = """  a:
    branch:
      - {when: queues.billing.waiting > 1, next: b}
      - {when: queues.billing.waiting > 9, next: c}
      - {when: queues.billing.agents == 0 and not hours.office.open, next: d}
    otherwise: q
"""
    steps += "".join(f"  {name}: {{queue: billing}}\n" for name in "bcdq")
    chart = chart_of(flow(settings, steps))
    labels = {way.target: way.label for way in chart.ways}
    assert labels == {
        "b": "…billing.waiting > 1",
        "c": "…billing.waiting > 9",
        "d": "queues.billing.agents…",
        "q": "otherwise",
    }
    whole = "queues.billing.agents == 0 and not hours.office.open"
    assert f"<title>{whole}</title>" in svg(chart)
    assert whole in dot([chart]) and whole in mermaid([chart])


def test_a_plain_way_on_is_named_where_silence_leads_to_the_same_step(settings):
    steps = "  a: {menu: Press 1., keys: {1: q}, no_input: q}\n  q: {queue: billing}\n"
    assert [way.label for way in chart_of(flow(settings, steps)).ways] == ["1, no input"]
    steps = "  a: {language: {en-US: Press 1.}, keys: {1: en-US}, no_input: q, next: q}\n"
    steps += "  q: {queue: billing}\n"
    assert [way.label for way in chart_of(flow(settings, steps)).ways] == ["no input, next"]


def test_steps_that_no_caller_reaches_are_marked(settings):
    chart = chart_of(flow(settings, "  a: {queue: support}\n  b: {queue: support}\n"))
    assert {node.id: node.reached for node in chart.nodes} == {"a": True, "b": False}


# SVG ----------------------------------------------------------------------------------------------


def test_the_same_flow_gives_the_same_picture_and_every_step_is_in_it():
    for one in shipped().values():
        drawn = svg(chart_of(one))
        assert drawn == svg(chart_of(one))
        texts = [node.text for node in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
        assert set(one.steps) <= set(texts)


def test_what_an_author_wrote_cannot_leave_its_text(settings):
    poison = '<script>alert(1)</script>&"x'
    steps = (
        "  a: {branch: [{when: 1 < 2 and '</svg><b>' == x, next: q}], otherwise: q}\n  q: {queue: support}\n"
    )
    chart = chart_of(flow(settings, steps, title=poison))
    drawn = svg(chart)
    assert "<script" not in drawn
    assert poison in [node.text for node in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert "<script" not in mermaid([chart])


def test_a_page_with_a_strict_policy_gets_no_styles_of_its_own(settings):
    chart = chart_of(flow(settings, "  a: {queue: support}\n"))
    bare = svg(chart, SvgOverlays(style=False))
    assert "<style" not in bare
    assert not re.search(r"\sstyle=|javascript:|\son\w+=", bare)
    assert "prefers-color-scheme: dark" in svg(chart)


def test_figures_and_changes_are_shown(settings):
    chart = chart_of(flow(settings, "  a: {queue: support}\n"))
    dressing = SvgOverlays({"a": StepNote("12 in", "hot")}, {"a": "added"}, links=True)
    drawn = svg(chart, dressing)
    assert "12 in" in drawn
    assert 'class="step person is-added hot start"' in drawn
    assert 'href="#step-main-a"' in drawn


def test_a_hundred_steps_are_drawn(settings):
    big = flow(settings, hundred_steps())
    drawn = svg(chart_of(big))
    assert len(big.steps) == 100
    assert drawn.count('class="name"') == 100


# Text, and the command ----------------------------------------------------------------------------


def test_mermaid_and_dot_name_every_step(settings):
    chart = chart_of(flow(settings, '  a: {menu: Say "hi", keys: {1: q}}\n  q: {queue: support}\n'))
    assert mermaid([chart]) == (
        'flowchart TD\n  subgraph f0["Main"]\n'
        '    f0s0{{"a: Say #34;hi#34;"}}\n    f0s1("q: support")\n'
        '    f0s0 -->|"1"| f0s1\n  end\n'
    )
    assert '    f0s0 [label="a: Say \\"hi\\"", shape=hexagon];' in dot([chart])
    assert '    f0s0 -> f0s1 [label="1"];' in dot([chart])


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    run = CliRunner().invoke
    out = tmp_path / "flows.svg"
    assert run(draw, ["--out", str(out)]).exit_code == 0
    ET.fromstring(out.read_text())
    assert run(draw, ["--flow", "billing", "--format", "mermaid"]).output.count("subgraph") == 1
    assert run(draw, ["flows/after_hours.yaml", "--format", "dot"]).output.startswith("digraph")
    assert run(draw, ["--flow", "biling"]).exit_code == 2
    broken = tmp_path / "broken.yaml"
    broken.write_text("flow: x\nhuman: support\nstart: a\nsteps: {a: {next: b}}\n")
    refused = run(draw, [str(broken)])
    assert refused.exit_code == 1
    assert "this step has no type" in refused.stderr
