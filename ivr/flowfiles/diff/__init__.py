"""Differences between two flow sets, in words and as a picture."""

from __future__ import annotations

from ivr.flowfiles.diff.flow_sets import FlowChange, Sentence, compare
from ivr.flowfiles.diff.picture import diff_svg
from ivr.flowfiles.diff.settings_changes import compare_settings

__all__ = ["FlowChange", "Sentence", "compare", "compare_settings", "diff_svg"]
