"""How `gunicorn server:app` runs: the shape follows the database, so that this plain command is right.

SQLite has one writer: one process whose threads take turns on one lock answers far more evenly than several
processes that wait for each other. PostgreSQL: as many workers and hosts as needed. An open page holds one
thread for its live feed, so threads are counted for requests and for pages separately. A request gets its
thread when it has come whole, within five seconds.
`ivr serve` runs it as a child and hands its sockets on.

Environment: PORT or GUNICORN_BIND, WEB_WORKERS (PostgreSQL only), WEB_THREADS (requests at once), WEB_STREAMS
(pages open at once), FORWARDED_ALLOW_IPS, GUNICORN_ACCESS_LOG.
"""

import gc
import os
import signal
import threading

from gunicorn.errors import HaltServer

from ivr.cli.serve import inherited_descriptors, load_status
from ivr.cli.serve.file_limit import allow_many_files
from ivr.logs import write_logs

_sqlite = os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")

_sockets = inherited_descriptors.sockets(os.environ)
bind = _sockets or os.environ.get("GUNICORN_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "ivr.cli.serve.worker.WholeRequestWorker"
workers = 1 if _sqlite else int(os.environ.get("WEB_WORKERS") or 2 * (os.cpu_count() or 1))
threads = int(os.environ.get("WEB_THREADS", "64")) + int(os.environ.get("WEB_STREAMS", "256"))
worker_connections = allow_many_files()  # the worker has smaller limits of its own, each of one kind

# Each worker makes its own database connections and threads, which do not survive a fork.
preload_app = False

# Twilio waits 15 seconds for a webhook; whoever is still working after that is answered by nobody.
timeout = 60
graceful_timeout = 20
keepalive = 75

# Whose X-Forwarded-* headers count: only a proxy on this machine, unless FORWARDED_ALLOW_IPS names others.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# gunicorn would open a control socket in the user's home folder: a service account may have none, and two
# servers of one account would share it.
control_socket_disable = True

# gunicorn would let a client that comes from a trusted proxy name the path under which the app stands.
forwarder_headers = ""

accesslog = os.environ.get("GUNICORN_ACCESS_LOG") or None
errorlog = "-"


def on_starting(_gunicorn):
    """Say what is wrong once and stop, rather than start workers for ever that cannot serve."""
    from server import hold_the_file, must_be_servable

    inherited_descriptors.end_with_the_parent(os.environ)
    hold_the_file(os.environ, inherited_descriptors.lock(os.environ))
    must_be_servable(os.environ)


def when_ready(gunicorn):
    """Sockets that were handed on stay when gunicorn ends: as with systemd, they are somebody else's."""
    gunicorn.systemd = gunicorn.systemd or bool(_sockets)


def pre_exec(gunicorn):
    """On USR2 the next master goes on holding the SQLite file."""
    from ivr.store.sqlite_file import pass_on

    gunicorn.cfg.env_orig.update(pass_on(inherited_descriptors.LOCK))


def worker_exit(_gunicorn, worker):
    if not worker.booted:
        load_status.failed()


def child_exit(gunicorn, _worker):
    """Stop when the first worker cannot load the app, having said why: no other could. A later one may be
    able to again, when the database is back, so gunicorn goes on trying."""
    if gunicorn.LISTENERS and load_status.has_failed():
        raise HaltServer("the app cannot be loaded", exit_status=2)


def post_fork(_gunicorn, _worker):
    """The database, its log and the emergency file are nobody else's on this machine. Not gunicorn's setting,
    which a socket in the file system would have too."""
    os.umask(0o077)


def post_worker_init(worker):
    """Once loaded. When the worker is told to stop, end the live feeds: an open one would hold it for
    graceful_timeout."""
    # What was loaded stays for good: the collector need not look through it again in the middle of a webhook.
    gc.collect()
    gc.freeze()
    write_logs()  # gunicorn's own lines too
    load_status.went_well()
    inherited_descriptors.say_up(os.environ)
    stop = getattr(worker.wsgi, "extensions", {}).get("presszero_stop")
    if stop is None:
        return
    gunicorns_own = signal.getsignal(signal.SIGTERM)

    def stop_feeds_first(number, frame):
        # In a thread: a signal handler that waits for a lock may be waiting for the very code it interrupted.
        threading.Thread(target=stop, daemon=True).start()
        gunicorns_own(number, frame)

    signal.signal(signal.SIGTERM, stop_feeds_first)
