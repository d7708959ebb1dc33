"""The package as pip builds it: installed in an empty environment outside the checkout, it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow(10)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--disable-pip-version-check")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        timeout=300,
    )
    (found,) = folder.glob("presszero-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that sees the dependencies of this one, and of Presszero the wheel alone."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = home.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    (packages / "dependencies.pth").write_text(f"import sys; sys.path.append({dependencies!r})\n")
    return home


def run_ivr(home: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TWILIO_", "IVR_", "PYTHON", "DATABASE_", "PUBLIC_"))
    }
    program = "from ivr.cli import main; main()"
    return subprocess.run(
        [str(home / "bin" / "python"), "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_wheel_holds_what_travels_with_the_product(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "server.py" in names
    assert "ivr/packaged/config.yaml" in names
    assert "ivr/packaged/gunicorn.conf.py" in names
    assert "ivr/packaged/flows/audio/music/waiting.wav" in names
    assert "ivr/store/migrations/env.py" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", ".ci/"))]


def test_the_installed_package_is_not_the_checkout(installed, tmp_path):
    shown = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "import ivr, server; print(ivr.__file__, server.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(ROOT) not in shown
    assert shown.count(str(installed)) == 2


def test_an_empty_folder_hears_the_sample_company(installed, tmp_path):
    heard = run_ivr(installed, tmp_path, "phone", "--keys", "1,0")
    assert heard.returncode == 0, heard.stderr
    assert "There is no config.yaml in this folder" in heard.stderr
    assert "Northwind" in heard.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_demo_runs_from_the_installed_package(installed, tmp_path):
    played = run_ivr(installed, tmp_path, "demo", "--once", "--json")
    assert played.returncode == 0, played.stdout + played.stderr
    assert json.loads(played.stdout)["outcome"] == "talked"


def test_a_settings_file_that_was_named_and_is_missing_is_not_replaced_by_the_sample(installed, tmp_path):
    heard = run_ivr(installed, tmp_path, "phone", "--keys", "0", "--config", "other.yaml")
    assert heard.returncode != 0
    assert "other.yaml" in heard.stderr
    assert "Northwind" not in heard.stdout


def test_a_checkout_runs_its_own_server_file(tmp_path: Path) -> None:
    """The installation of a checkout leads into it, and has no copy of `server.py` that would grow old."""
    found = subprocess.run(
        [sys.executable, "-c", "import server; print(server.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == ROOT / "server.py"
