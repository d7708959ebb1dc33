"""Reads the environment: addresses and secrets. A wrong variable is reported in one sentence that names
it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

TWILIO_API = "https://api.twilio.com"
TRUSTED_PROXIES = "127.0.0.1,::1"
LONG_ENOUGH, DIFFERENT_ENOUGH = 32, 10
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{20,}=*")  # may be sent in a header, and cannot be guessed
NEAR = (".localhost", ".local", ".lan", ".internal", ".test", ".home.arpa")
SERVING = ("PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "IVR_SECRET_KEY")


class EnvironmentProblem(Exception):
    """A variable is missing or wrong; the message is one sentence for the operator. Commands exit 2."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables of the interface, checked. An unset one is empty; no secret appears in a repr."""

    database_url: str = field(repr=False)
    config: Path = Path("config.yaml")
    public_url: str = ""
    fallback_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_auth_token_old: str = field(default="", repr=False)
    twilio_api_base: str = TWILIO_API
    twilio_api_key: str = ""
    twilio_api_secret: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: str = TRUSTED_PROXIES
    smtp: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Return the tokens that may have signed a webhook: the present one, and the previous one while it is
        changed."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_auth_token_old) if token)

    @property
    def emergency_file(self) -> Path:
        """Return the file of messages that come while the database is down."""
        return self.config.parent / "var" / "emergency.jsonl"

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str], *, serving: bool = False) -> Environment:
        """Read the variables; with `serving`, those that a server requires must be set."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        missing = [name for name in SERVING if serving and name not in given]
        if missing:
            *others, last = missing
            said = f"{', '.join(others)} and {last} are" if others else f"{last} is"
            raise EnvironmentProblem(f"{said} not set: the server needs {'them' if others else 'it'}.")
        if serving:
            _must_be_secret(given["IVR_SECRET_KEY"])
            _must_be_private(_public_url(given["PUBLIC_URL"]))
        config = Path(given.get("IVR_CONFIG", "config.yaml"))
        return cls(
            database_url=_database(given.get("DATABASE_URL", ""), config),
            config=config,
            public_url=_public_url(given.get("PUBLIC_URL", "")),
            fallback_url=_fallback(given.get("FALLBACK_URL", "")),
            twilio_account_sid=_account(given.get("TWILIO_ACCOUNT_SID", "")),
            twilio_auth_token=given.get("TWILIO_AUTH_TOKEN", ""),
            twilio_auth_token_old=given.get("TWILIO_AUTH_TOKEN_OLD", ""),
            twilio_api_base=_base_url("TWILIO_API_BASE", given.get("TWILIO_API_BASE", TWILIO_API)),
            twilio_api_key=_api_key(given.get("TWILIO_API_KEY", "")),
            twilio_api_secret=given.get("TWILIO_API_SECRET", ""),
            secret_key=given.get("IVR_SECRET_KEY", ""),
            metrics_token=_token(given.get("METRICS_TOKEN", "")),
            trusted_proxies=_proxies(given.get("FORWARDED_ALLOW_IPS", TRUSTED_PROXIES)),
            smtp={name: value for name, value in given.items() if name.startswith("SMTP_")},
        )


def _database(url: str, config: Path) -> str:
    if not url:
        return f"sqlite:///{config.resolve().parent / 'var' / 'presszero.db'}"
    scheme, found, rest = url.partition("://")
    if found and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if found and scheme == "sqlite":
        return url
    raise EnvironmentProblem("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _account(sid: str) -> str:
    if sid and not sid.startswith("AC"):
        raise EnvironmentProblem("TWILIO_ACCOUNT_SID must begin with AC, as Twilio's console shows it.")
    return sid


def _api_key(sid: str) -> str:
    if sid and not sid.startswith("SK"):
        raise EnvironmentProblem("TWILIO_API_KEY must begin with SK, as Twilio's console shows it.")
    return sid


def _token(token: str) -> str:
    if token and not TOKEN.fullmatch(token):
        raise EnvironmentProblem(
            "METRICS_TOKEN must have 20 letters and digits or more: make one with openssl rand -hex 32."
        )
    return token


def _proxies(text: str) -> str:
    for name in filter(None, (name.strip() for name in text.split(","))):
        try:
            if name != "*":
                ip_network(name)
        except ValueError:
            raise EnvironmentProblem(
                f"FORWARDED_ALLOW_IPS: {name} is no address and no network "
                "(write them like 10.0.0.5,10.1.0.0/16)."
            ) from None
    return text


def _fallback(url: str) -> str:
    if url:
        _base_url("FALLBACK_URL", url)
    return url


def _public_url(url: str) -> str:
    url = _base_url("PUBLIC_URL", url) if url else ""
    if "_" in (urlsplit(url).hostname or ""):
        raise EnvironmentProblem("PUBLIC_URL: Twilio calls no host with an underscore in its name.")
    return url


def _base_url(name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(char.isspace() or not char.isprintable() for char in url):
        raise EnvironmentProblem(f"{name} must be an absolute URL, such as https://calls.example.com.")
    if parts.query or parts.fragment or parts.username or "?" in url or "#" in url:
        raise EnvironmentProblem(f"{name} must have no query, no fragment and no user name.")
    return url.rstrip("/")


def _must_be_secret(key: str) -> None:
    """Check the length of the key. Cookies are shown to anybody, and a short key is found from one of them by
    trying."""
    if len(key) < LONG_ENOUGH or len(set(key)) < DIFFERENT_ENOUGH:
        raise EnvironmentProblem(
            f"IVR_SECRET_KEY must have {LONG_ENOUGH} characters or more, {DIFFERENT_ENOUGH} of them"
            " different: make one with openssl rand -hex 32."
        )


def _must_be_private(url: str) -> None:
    """Check that cookies and callers' data cannot be read on the way."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme == "http" and not _is_near(host):
        raise EnvironmentProblem("PUBLIC_URL must begin with https://, except on this machine or network.")


def _is_near(host: str) -> bool:
    """Return whether the address is on this machine or network, where nobody else listens."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(NEAR)
    return address.is_private or address.is_loopback or address.is_link_local
