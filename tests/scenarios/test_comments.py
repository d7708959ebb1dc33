"""A scenario in which a caller speaks a comment at the end of a survey."""

from __future__ import annotations

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.playback import play
from ivr.scenarios.scenario_file import read_scenarios

CONFIG = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
FLOW = """
flow: main
human: support
start: opinion
steps:
  opinion: {survey: [{ask: "How easy was it, from 1 to 5?", save: easy}], comment: voice, next: bye}
  bye: {hang_up: Thank you. Goodbye.}
"""
SCENARIO = """
scenario: a comment is spoken
then:
  - hears: How easy was it
  - presses: 4
  - hears: To leave it, or when you have finished, press the pound key
  - tone
  - says: More music please.
  - presses: "#"
  - hears: Goodbye
  - ends: finished
  - stored: {survey: {easy: 4}}
---
scenario: 0 instead of a comment is a person
given: {agents: [{id: desk-1, queues: [support]}]}
then:
  - presses: 4
  - hears: add something
  - presses: 0
  - agent: desk-1
    answers: true
  - talking
"""


def test_the_comment_is_offered_after_the_rating_and_0_is_a_person(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    (tmp_path / "s.yaml").write_text(SCENARIO)
    house = ScenarioEnvironment(load_settings(tmp_path / "config.yaml", {}))
    scenarios, problems = read_scenarios([tmp_path / "s.yaml"], house.settings)
    assert problems == []
    assert [play(house, scenario).failure for scenario in scenarios] == [None, None]
    house.close()
