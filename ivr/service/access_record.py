"""The record of access: readings of callers' files are written down, and somebody who opens very many is told
of."""

from __future__ import annotations

from ivr.service.alerting import ask_for_alert
from ivr.service.change import Change
from ivr.settings import Settings
from ivr.store import journal
from ivr.store.journal import FILE_READ, MANY_FILES_READ

HOUR_S = 3600.0


def note_file_read(change: Change, settings: Settings, call_sid: str, agent_id: str, older: bool) -> None:
    """This agent reads the whole file of the caller of this call; `older`: a further page of it. The files of
    an hour are counted, each once however often it is opened."""
    most = settings.reports.alerts.files_per_hour
    since = change.now - HOUR_S
    known = journal.files_read(change.connection, agent_id, since, most + 1)
    change.note(FILE_READ, call=call_sid, agent=agent_id, older=older)
    files = len(known | {call_sid})
    if files > most and not journal.was_told_of(change.connection, agent_id, since):
        _alert(change, settings, agent_id, most)


def _alert(change: Change, settings: Settings, agent_id: str, most: int) -> None:
    subject = f"{settings.company}: {agent_id} has opened many callers' files"
    text = (
        f"{agent_id} has opened the files of more than {most} callers within an hour. That may be a busy hour"
        " or somebody who gathers what is on record: the journal says which files (file_read). No further"
        " alert about them follows for an hour. The limit is `reports: alerts: files_per_hour`."
    )
    once = f"{agent_id}:{int(change.now // HOUR_S)}"
    ask_for_alert(change, settings, MANY_FILES_READ, once, subject, text, agent=agent_id, files_per_hour=most)
