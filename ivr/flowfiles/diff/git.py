"""Reads files as git has them at a commit."""

from __future__ import annotations

import subprocess
from pathlib import Path


class GitProblem(Exception):
    """git is not installed, the folder is not in a repository, or git does not know the name."""


def texts_at(folder: Path, ref: str, path: str) -> dict[str, str]:
    """Return name (from `folder`) → text of every file below `path` at `ref`. Raises GitProblem."""
    if ref.startswith("-"):
        raise GitProblem(f"'{ref}' is not the name of a commit")
    if not _git(folder, "rev-parse", "--git-dir").strip():
        raise GitProblem(f"{folder} is in no git repository: name two folders instead, ivr diff OLD NEW")
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    if not commit:
        raise GitProblem(f"git knows no commit '{ref}' here: `git log --oneline` lists them")
    names = _git(folder, "ls-tree", "-r", "-z", "--name-only", commit, "--", path).split("\0")
    return {name: _git(folder, "show", f"{commit}:./{name}") for name in names if name}


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 no shell, and the one word from outside cannot be an option
            ["git", *words],  # noqa: S607 git is found where the operator has it
            cwd=folder,
            capture_output=True,
            timeout=30,
        )
    except FileNotFoundError as fault:
        missing = "git is not installed" if folder.is_dir() else f"there is no folder {folder}"
        raise GitProblem(f"{missing}: name two folders instead, ivr diff OLD NEW") from fault
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise GitProblem(f"git cannot be run: {fault}") from fault
    if done.returncode and words[0] != "rev-parse":
        raise GitProblem(done.stderr.decode("utf-8", "replace").strip() or f"git {words[0]} failed")
    return done.stdout.decode("utf-8", "replace")
