"""`ivr diff` where there is nothing to compare: one sentence that says what to do, and exit code 2."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.diff import diff

ROOT = Path(__file__).parents[2]
SMALL = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
FLOW = "flow: main\nhuman: support\nstart: a\nsteps: {a: {queue: support}}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--git", "HEAD"], "is in no git repository"),
        (["nowhere", "flows"], "nowhere does not exist"),
        (["config.yaml", "flows"], "config.yaml is a file"),
        (["rev:abc"], "nothing was ever published"),
        ([], "nothing was ever published"),
    ],
)
def test_one_sentence(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "config.yaml").write_text(SMALL)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "IVR_CONFIG": ""}
    done = CliRunner().invoke(diff, words, env=environ)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
