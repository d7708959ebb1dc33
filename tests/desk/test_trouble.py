"""A broken save of the flows is said on the desk too, while the last good flows stay live."""

from __future__ import annotations

from desk.screen import Screen


def test_a_broken_save_is_said_and_its_text_is_inert(world):
    world.agent()
    trouble = ["A change has errors: flows/main.yaml:3:1: <script>x</script>"]
    screen = Screen(world.agents, world.cards, world.clock, world.settings, lambda: trouble[0])
    status = screen.look("desk-1").regions["status"]
    assert "Flow change not live" in status and "flows/main.yaml:3:1" in status
    assert "<script>" not in status
    trouble[0] = ""
    assert "Flow change" not in screen.look("desk-1").regions["status"]


def test_the_shelf_says_what_is_broken(world, tmp_path):
    from pathlib import Path
    from shutil import copytree

    from ivr.flowfiles.loader import live_book, stored_book
    from ivr.flowfiles.settings_file import load_settings
    from ivr.service.flow_registry import FlowFolder, FlowRegistry

    root = Path(__file__).parents[2]
    copytree(root / "flows", tmp_path / "flows", ignore=lambda *_: ["audio"])
    (tmp_path / "config.yaml").write_text((root / "config.yaml").read_text())
    settings = load_settings(tmp_path / "config.yaml", {})
    folder = FlowFolder(settings)
    registry = FlowRegistry(live_book(settings), lambda texts: stored_book(texts, settings), folder=folder)
    assert registry.trouble() == ""
    with (tmp_path / "flows" / "main.yaml").open("a") as file:
        file.write("\nnonsense: here\n")
    assert folder.changed() is None
    assert "not live" in registry.trouble() and "main.yaml" in registry.trouble()
