"""What users of other systems reported, as small lines of their own: each does what it must.

A folder is one case. `case.yaml` says `what` it shows, the commands to `run` in a copy of the folder
(arguments of `ivr`, or `play` for a script `play.py`), and for each what it `says` and `never` says, and how
it `exits`.
A new case is a new folder; nothing here has to be changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.yaml"))
COMMAND = [sys.executable, "-c", "from ivr.cli import main; main()"]
LONGEST_S = 300  # a case that hangs ends


def ran(words: str, folder: Path) -> tuple[int, str]:
    """Exit code, and all that was printed. Nothing of the surroundings is seen but the case."""
    command = [sys.executable, "play.py"] if words == "play" else [*COMMAND, *words.split()]
    contexts = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
        "PYTHONPATH": str(ROOT),
        "IVR_CONFIG": str(folder / "config.yaml"),
        "DATABASE_URL": f"sqlite:///{folder / 'case.db'}",
    }
    done = subprocess.run(
        command, cwd=folder, env=contexts, capture_output=True, text=True, timeout=LONGEST_S
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_does_what_it_must(case, tmp_path):
    folder = tmp_path / case.name
    shutil.copytree(case, folder)
    written = yaml.safe_load((case / "case.yaml").read_text())
    assert written["what"] and written["must"]
    for step in written["must"]:
        assert set(step) <= {"run", "exits", "says", "never"} and {"says", "never"} & set(step), step
        code, said = ran(step["run"], folder)
        assert code == step.get("exits", 0), said
        for words in step.get("says", ()):
            assert words in said, said
        for words in step.get("never", ()):
            assert words not in said, said


def test_there_are_cases():
    names = {case.name for case in CASES}
    assert {"days-listed", "list-extensions", "callback-of-colleague", "texts-stop", "music-mp3"} <= names
