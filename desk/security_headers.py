"""Protection of the pages on the web: headers, the origin of writes, CSRF tokens."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, g, request
from flask_wtf import CSRFProtect

LARGEST_BODY = 128 * 1024
_READS = ("GET", "HEAD", "OPTIONS")


def policy(connect: tuple[str, ...] = ()) -> str:
    """Return what a page may load and reach: our own host, and `connect` for requests and sockets."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "media-src 'self'",
            "font-src 'self'",
            " ".join(("connect-src 'self'", *connect)),
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


# For everything that is not a page: webhooks, audio, health checks, and unknown addresses.
BARE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def is_https(public_url: str) -> bool:
    return public_url.startswith("https://")


def protect(app: Flask, *blueprints: Blueprint, public_url: str = "") -> None:
    """Guard these blueprints; every other answer gets hardening headers. Call once, before or after they are
    registered. A view that needs other headers than `HEADERS` puts them into `g.page_headers`."""
    secure = is_https(public_url)
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # else the webhooks would need a token
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session: a shift is long
        WTF_CSRF_SSL_STRICT=False,  # the origin is checked here instead
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    csrf = CSRFProtect(app)
    prefixes = tuple(f"{blueprint.url_prefix}/" for blueprint in blueprints)

    @app.before_request
    def check() -> None:
        if _is_guarded(prefixes) and request.method not in _READS:
            request.max_content_length = LARGEST_BODY
            if not came_from_us(public_url):
                abort(403, "This request came from another site.")
            csrf.protect()

    @app.after_request
    def harden(response: Response) -> Response:
        if _is_guarded(prefixes):
            response.headers.update(HEADERS | g.get("page_headers", {}))
            if secure:
                response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
            if "/static/" not in request.path:
                response.headers["Cache-Control"] = "no-store"
            return response
        for name, value in BARE.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def came_from_us(public_url: str) -> bool:
    """Return whether one of our pages sent this. A browser always says so on a write; other programs say
    nothing, and no browser adds our cookie for them."""
    site = request.headers.get("Sec-Fetch-Site")
    if site and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        sent_from = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    return sent_from in {request.host.lower(), urlsplit(public_url).netloc.lower()} - {""}


def _is_guarded(prefixes: tuple[str, ...]) -> bool:
    return f"{request.path}/".startswith(prefixes)
