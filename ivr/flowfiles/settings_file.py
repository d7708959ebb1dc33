"""Reads config.yaml into Settings, or reports problems with file, line and remedy, with the same reader as
flows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ivr.flowfiles.problems import SettingsProblems, errors, in_order
from ivr.flowfiles.pydantic_errors import Part, problems_of
from ivr.flowfiles.reader import YamlDocument, read_bytes, read_file, read_text
from ivr.flowfiles.settings_checks import check_settings
from ivr.settings import Settings


def load_settings(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file: `path`, or what IVR_CONFIG names, or config.yaml. Raises SettingsProblems."""
    path = path or Path((environ or {}).get("IVR_CONFIG", "").strip() or "config.yaml")
    settings = _checked(read_file(path, str(path)))
    settings._folder = path.parent
    return settings


def read_settings(text: str | bytes, file: str = "config.yaml") -> Settings:
    """Read settings from a text. Raises SettingsProblems."""
    return _checked(read_text(text, file) if isinstance(text, str) else read_bytes(text, file))


def _checked(document: YamlDocument) -> Settings:
    part = Part(document, (), ("settings",))
    problems = list(document.problems)
    settings = None
    if document.value is not None:
        try:
            context = {"languages": _languages(document.value)}
            settings = Settings.model_validate(document.value, context=context)
        except ValidationError as fault:
            problems += problems_of(fault, part, Settings, document.value)
    if settings is not None:
        problems += check_settings(settings, part)
    if errors(problems) or settings is None:
        raise SettingsProblems(in_order(problems))
    settings._document = document
    return settings


def _languages(written: Any) -> list[str]:
    """Return the company's languages before they are checked: names of days are read in them."""
    languages = written.get("languages") if isinstance(written, dict) else None
    return [each for each in languages if isinstance(each, str)] if isinstance(languages, list) else []
