"""The files that are shipped with the product: hold music, the sample company, the settings of gunicorn.

In a checkout they are in its root. In an installed package they are in `ivr/packaged/`, where the build puts
them (see `pyproject.toml`).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parent / "packaged"

ROOT = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[1]
"""The folder with `config.yaml`, `flows/`, `articles/` and `gunicorn.conf.py`."""
CODE = Path(__file__).parents[1]
"""The folder from which `ivr`, `server` and `simulator` are imported."""
SAMPLE = ROOT / "config.yaml"
"""The settings of the sample company."""
MUSIC = ROOT / "flows" / "audio"
"""Hold music for flows that bring none of their own."""
