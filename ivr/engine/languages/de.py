"""German."""

from ivr.engine.languages.language import Language

PHRASES = {
    "press_zero": "Drücken Sie jederzeit die 0, um mit einem Menschen zu sprechen.",
    "no_input": "Ich habe nichts gehört.",
    "wrong_key": "Diese Taste gehört nicht zur Auswahl.",
    "wrong_entry": "Das scheint nicht zu stimmen. Bitte geben Sie es noch einmal ein.",
    "not_understood": "Das habe ich leider nicht verstanden.",
    "connecting": "Ich verbinde Sie mit einem Menschen. Während Sie warten, hören Sie Musik.",
    "wait_range": "Ihre Wartezeit beträgt zwischen {{ low }} und {{ high }} Minuten.",
    "wait_soon": "Ihre Wartezeit beträgt zwischen einigen Sekunden und einer Minute.",
    "wait_up_to": "Ihre Wartezeit beträgt zwischen einigen Sekunden und {{ high }} Minuten.",
    "wait_over": "Ihre Wartezeit beträgt mehr als {{ low }} Minuten.",
    "wait_late": "Es dauert länger, als wir erwartet haben. Sie behalten Ihren Platz.",
    "position_next": "Sie sind als Nächstes an der Reihe.",
    "position": "Sie sind an Stelle {{ position }} der Warteschlange.",
    "still_waiting": "Sie sind weiterhin in der Warteschlange. Danke für Ihre Geduld.",
    "place_kept": "Sie warten auf einen Menschen und behalten Ihren Platz.",
    "hold_hint": "Um stattdessen eine Nachricht zu hinterlassen, drücken Sie eine beliebige"
    " Taste außer der 0.",
    "unavailable": "Im Moment kann niemand Ihren Anruf annehmen.",
    "closed": "Wir haben zurzeit geschlossen.",
    "waited_too_long": "Es tut uns leid, dass Sie so lange warten.",
    "offer_voicemail": "Um eine Nachricht zu hinterlassen, drücken Sie die 1. Um weiter zu warten,"
    " bleiben Sie dran.",
    "to_voicemail": "Ich nehme jetzt eine Nachricht für Sie auf.",
    "voicemail_prompt": "Bitte sprechen Sie nach dem Ton und drücken Sie am Ende die Raute-Taste."
    " Um mit einem Menschen zu sprechen, drücken Sie die 0.",
    "voicemail_in_line": "Bitte sprechen Sie nach dem Ton und drücken Sie am Ende die Raute-Taste."
    " Um an Ihren Platz zurückzukehren, drücken Sie die 0.",
    "nothing_recorded": "Es wurde nichts aufgenommen.",
    "voicemail_review": "Um Ihre Nachricht abzuschicken, drücken Sie die 1. Um sie anzuhören, die 2."
    " Um sie neu aufzunehmen, die 3.",
    "voicemail_again": "Bitte sprechen Sie Ihre Nachricht nach dem Ton noch einmal.",
    "message_late": "Ihre Nachricht kann noch nicht abgespielt werden. Sie können sie ungehört abschicken.",
    "message_not_kept": "Ihre Nachricht wurde nicht behalten.",
    "message_kept": "Danke. Ihre Nachricht ist gespeichert und wird abgehört.",
    "trouble": "Entschuldigung, bei uns ist ein technischer Fehler aufgetreten.",
    "talk_ended": "Das Gespräch mit unserem Team ist beendet. Wenn Sie getrennt wurden oder"
    " weitere Hilfe brauchen,"
    " drücken Sie die 0. Sonst auf Wiederhören.",
    "goodbye": "Danke für Ihren Anruf. Auf Wiederhören.",
    "you_entered": "Ihre Eingabe war {{ value }}.",
    "you_said": "Ich habe verstanden: {{ value }}.",
    "confirm_keys": "Wenn das stimmt, drücken Sie die 1. Für eine neue Eingabe drücken Sie die 2.",
    "consent_keys": "Wenn Sie mit der Aufnahme einverstanden sind, drücken Sie die 1. Wenn nicht, die 2.",
    "pay_notice": "Sie werden nun nach Ihrer Karte gefragt; wir hören die Nummer nicht. Für einen "
    "Menschen drücken Sie die 0, später die Sterntaste.",
    "rate_keys": "Von 1 bis 5, wobei 5 am besten ist.",
}

GERMAN = Language(
    code="de",
    phrases=PHRASES,
    person=frozenset(
        {
            "person",
            "mensch",
            "menschen",
            "mitarbeiter",
            "mitarbeiterin",
            "berater",
            "beraterin",
            "jemand",
            "jemandem",
            "operator",
            "agent",
        }
    ),
    press=r"\b(drücken|drücke|wählen|wähle|tippen)\b",
    zero=r"\b(0|null)\b",
    conjunction="und",
    money_joint="und",
    minus="minus",
    units={
        "USD": ("Dollar", "Dollar", "Cent", "Cent"),
        "EUR": ("Euro", "Euro", "Cent", "Cent"),
        "GBP": ("Pfund", "Pfund", "Penny", "Pence"),
        "CHF": ("Franken", "Franken", "Rappen", "Rappen"),
    },
    date="EEEE, d. MMMM",
    date_with_year="EEEE, d. MMMM y",
)
