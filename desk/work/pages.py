"""The addresses below /desk/work. An item outside the agent's queues answers 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, request

from desk.answered import shown_now
from desk.screen import Screen
from desk.sessions import BrowserSessions
from ivr.service.recordings import RecordingPlayback, audio_range
from ivr.service.work_items import NoSuchWork, WorkService
from ivr.settings import Settings

NOT_READY = "The recording cannot be had from the phone company now. Please try again."
LARGEST_ID = 2**31 - 1


def work_blueprint(
    browsers: BrowserSessions,
    screen: Screen,
    work: WorkService,
    listening: RecordingPlayback,
    settings: Settings,
) -> Blueprint:
    """To be nested into the desk's own blueprint, which guards it."""
    pages = Blueprint("work", __name__, url_prefix="/work", static_folder="static", static_url_path="/static")

    def action(path: str) -> Callable:
        def add(view: Callable) -> Callable:
            return pages.post(path)(browsers.signed_in(_then_shown(view, screen)))

        return add

    @action("/<int:work_id>/take")
    def take(work_id: int) -> None:
        work.take(work_id, g.agent)

    @action("/<int:work_id>/release")
    def release(work_id: int) -> None:
        work.release(work_id, g.agent)

    @action("/<int:work_id>/call")
    def call(work_id: int) -> None:
        work.call_back(work_id, g.agent)

    @action("/<int:work_id>/done")
    def done(work_id: int) -> None:
        result = request.form.get("result", "")
        if result not in settings.dispositions:
            abort(400, "There is no such disposition.")
        work.finish(work_id, g.agent, result, _seen())

    @action("/<int:work_id>/reply")
    def reply(work_id: int) -> None:
        work.reply(work_id, g.agent, request.form.get("text", ""), _seen())

    _add_sounds(pages, browsers, work, listening)
    return pages


def _add_sounds(
    pages: Blueprint, browsers: BrowserSessions, work: WorkService, listening: RecordingPlayback
) -> None:
    """Add the audio of messages and comments."""

    @pages.get("/<int:work_id>/recording")
    @browsers.signed_in
    def recording(work_id: int) -> Response:
        if work_id > LARGEST_ID:
            raise NoSuchWork(work_id)
        kept = work.recording(work_id, g.agent)
        return _played(listening, kept.sid)

    @pages.get("/comments/<sid>/<recording>")
    @browsers.signed_in
    def comment(sid: str, recording: str) -> Response:
        kept = work.comment(sid, g.agent, recording)
        return _played(listening, kept.sid)


def _seen() -> int:
    """Return the last message on the page that asks."""
    return max(0, min(request.form.get("seen", 0, type=int), LARGEST_ID))


def _then_shown(view: Callable, screen: Screen) -> Callable:
    """Answer with the present regions of the page."""

    @wraps(view)
    def told(work_id: int) -> Any:
        if work_id > LARGEST_ID:
            raise NoSuchWork(work_id)
        view(work_id)
        return shown_now(screen, g.agent).as_dict()

    return told


def _played(listening: RecordingPlayback, sid: str) -> Response:
    """Return the recording, or the part that a player asks for when the agent moves to another place in
    it."""
    sound = listening.sound(sid)
    if sound is None:
        abort(503, NOT_READY)
    wanted = request.range
    start, stop = 0, sound.size
    status = 200
    if wanted is not None and wanted.units == "bytes" and sound.size:
        asked = wanted.range_for_length(sound.size)
        if asked is None:
            sound.close()
            abort(416)
        (start, stop), status = asked, 206
    answer = Response(audio_range(sound, start, stop), status, mimetype=sound.kind)
    answer.call_on_close(sound.close)
    if sound.size:
        answer.headers["Accept-Ranges"] = "bytes"
        answer.content_length = stop - start
    if status == 206:
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{sound.size}"
    return answer
