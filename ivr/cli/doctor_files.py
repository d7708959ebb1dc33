"""`ivr doctor` on files: those that other accounts of this machine can read, with the command that closes
them."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ivr.cli.doctor_finding import BAD, DOUBTFUL, GOOD, Finding
from ivr.environment import Environment
from ivr.flowfiles.source_settings import ENVIRONMENT, VARIABLE
from ivr.settings import Settings
from ivr.store.sqlite_file import file_of

UNIT_ENVIRONMENT = Path("/etc/presszero/environment")  # as the units in deploy/ name it
EXAMPLE = re.compile(r"example|sample|template|dist", re.IGNORECASE)
SECRET_NAME = re.compile(r"auth|key|token|secret|cookie|passw|session|signature", re.IGNORECASE)
SECRET_IN_ADDRESS = re.compile(rf"[?&][^=&]*({SECRET_NAME.pattern})[^=&]*=[^{{&]", re.IGNORECASE)
COPY = re.compile(r"backup|recording|.*\.(db|sqlite3?|dump|sql\.gz|bak)(-wal|-shm|-journal)?$", re.IGNORECASE)
MOST_FILES = 10_000  # files of a folder that are checked
MOST_NAMED = 5


def files(environment: Environment, settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Report files open to other accounts: secrets, callers' data, copies of either, and settings that others
    may write."""
    if os.name != "posix":
        return
    home, here = environment.config.absolute().parent, Path.cwd()
    database = file_of(environment.database_url)
    secret, data = _secret_files(home, here), _data_files(home, database, environ)
    if _holds_secret(settings):
        secret.append(environment.config)
    folders = {home, here, *([database.parent] if database else [])}
    copies = [one for folder in sorted(folders) for one in _inside(folder) if COPY.match(one.name)]
    known = {one.resolve() for one in (*secret, *data)}
    written = [environment.config, settings.flows_path, *_below(settings.flows_path, "*.yaml")]
    found = [
        *_open(secret, BAD, "read the secrets in"),
        *_open(data, BAD, "read callers' data in"),
        *_open((one for one in copies if one.resolve() not in known), DOUBTFUL, "read what may be a copy:"),
        *_open(written, BAD, "change", stat.S_IWOTH),
    ]
    yield from found or [Finding(GOOD, "files, closed to other accounts of this machine")]


def _secret_files(home: Path, here: Path) -> list[Path]:
    """Return files of variables: `.env`, `.env.production`, `line.env`, and that of the units."""
    near = [one for folder in sorted({home, here}) for one in _inside(folder)]
    named = [one for one in near if one.name.startswith(".env") or one.name.endswith(".env")]
    return [one for one in (*named, UNIT_ENVIRONMENT) if _is_file(one) and not EXAMPLE.search(one.name)]


def _data_files(home: Path, database: Path | None, environ: Mapping[str, str]) -> list[Path]:
    """Return the database with SQLite's files beside it, everything in `var`, and the access log."""
    beside = (
        [database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")]
        if database
        else []
    )
    log = environ.get("GUNICORN_ACCESS_LOG", "").strip()
    logs = [Path(log)] if log and log != "-" else []
    usual = [one for one in _below(home / "var") if not one.name.endswith(".lock") and one not in beside]
    return [one for one in (*beside, *usual, *logs) if _is_file(one)]


def _holds_secret(settings: Settings) -> bool:
    """Return whether a source has its token written out, instead of the name of a variable."""
    sources = list(settings.sources.values())
    headers = [header for one in sources if one.http for header in one.http.headers.items()]
    options = [option for one in sources if one.plugin for option in one.plugin.options.items()]
    written = [(name, text) for name, text in headers if not ENVIRONMENT.search(text)]
    written += [(name, str(value)) for name, value in options if not VARIABLE.fullmatch(str(value))]
    if any(SECRET_NAME.search(name) and text for name, text in written):
        return True
    return any(SECRET_IN_ADDRESS.search(one.http.url) for one in sources if one.http)


def _open(
    paths: Iterable[Path], state: str, what: str, bits: int = stat.S_IROTH | stat.S_IWOTH
) -> Iterator[Finding]:
    """Report all of these that are open in one finding. A closed folder above protects them for now, but the
    mode is kept by every copy that keeps modes."""
    wide = [one for one in paths if _is_open(one, bits)]
    if not wide:
        return
    if not any(map(_is_reached, wide)):
        state, what = DOUBTFUL, f"{what} (once they are let into its folder)"
    names = [shlex.quote(_named(one)) for one in wide]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    said = f"other accounts of this machine can {what} {', '.join(names[:MOST_NAMED])}{more}"
    whole = " -R" if any(one.is_dir() for one in wide) and bits & stat.S_IROTH else ""
    command = f"chmod{whole} {'o-rwx' if bits & stat.S_IROTH else 'o-w'}"
    yield Finding(state, said, f"{command} {' '.join(names)}")


def _is_open(path: Path, bits: int) -> bool:
    """Return whether a path is open; a folder of copies is open when something in it is."""
    try:
        if path.is_dir() and bits & stat.S_IROTH:
            return any(one.stat().st_mode & bits for one in _below(path))
        return bool(path.stat().st_mode & bits)
    except OSError:
        return False  # it has gone meanwhile, or is closed even to us


def _is_reached(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.absolute().resolve().parents)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []  # it does not exist, or is closed even to us


def _below(folder: Path, pattern: str = "*") -> list[Path]:
    found = (one for one in folder.rglob(pattern) if _is_file(one))
    return [one for _, one in zip(range(MOST_FILES), found, strict=False)]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _named(path: Path) -> str:
    """Return the path as somebody here would type it."""
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
