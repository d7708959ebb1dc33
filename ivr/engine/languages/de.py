"""German."""

from ivr.engine.languages.model import Language, SpokenForms, listed

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
    "supervisor_joins": "Eine Teamleitung schaltet sich zu diesem Gespräch dazu.",
    "still_holding": "Wir sind weiter für Sie da. Danke, dass Sie warten.",
    "hold_leave": "Darf ich Sie einen Moment in die Warteschleife legen?",
    "agent_lost": "Es tut mir leid: Die Verbindung zu unserem Team ist abgerissen. Sie behalten Ihren Platz.",
    "place_kept": "Sie warten auf einen Menschen und behalten Ihren Platz.",
    "still_here": "<prosody volume='soft'>Sie sind weiterhin in der Warteschlange.</prosody>",
    "music_off": "Die Musik ist aus. Von Zeit zu Zeit hören Sie, dass Sie weiterhin in der"
    " Warteschlange sind. Für Musik drücken Sie wieder die 3.",
    "music_on": "Hier ist wieder Musik.",
    "hint_callback": "Um zurückgerufen zu werden, ohne Ihren Platz zu verlieren, drücken Sie die 1.",
    "hint_message": "Um eine Nachricht zu hinterlassen, drücken Sie die 2.",
    "hint_music_off": "Um die Musik auszuschalten, drücken Sie die 3.",
    "hint_music_on": "Für Musik drücken Sie die 3.",
    "offer_callback": "Sie müssen nicht am Telefon warten. Um zurückgerufen zu werden, wenn Sie an der"
    " Reihe sind, drücken Sie die 1. Sie behalten Ihren Platz.",
    "stay_on_line": "Um weiter zu warten, bleiben Sie dran.",
    "closed_since": "Wir haben inzwischen geschlossen, und niemand kann Ihren Anruf mehr annehmen.",
    "closed_finishing": "Wir haben inzwischen geschlossen, aber Sie waren schon vorher in der"
    " Warteschlange. Sie behalten Ihren Platz, und unser Team nimmt weiter Anrufe"
    " an.",
    "opens_again": "Wir öffnen wieder am {{ next_open | date }} um {{ next_open | time }}.",
    "line_full": "Es warten so viele Menschen, dass unsere Warteschlange im Moment voll ist.",
    "full_stay": "Oder bleiben Sie am Telefon: Sobald Platz ist, kommen Sie in die Warteschlange.",
    "overflow_queue": "Weil es hier lange dauert, stelle ich Sie in die Warteschlange eines anderen"
    " Teams. Ihre bisherige Wartezeit zählt dort mit.",
    "overflow_transfer": "Weil es hier lange dauert, verbinde ich Sie mit einer anderen Nummer. Wenn"
    " dort niemand abnimmt, behalten Sie Ihren Platz hier.",
    "overflow_voicemail": "Die Wartezeit ist im Moment sehr lang. Wenn Sie möchten, nehme ich eine"
    " Nachricht für Sie auf.",
    "transferred_queue": "Ich verbinde Sie mit {{ queue }}. Sie behalten Ihren Platz in der Warteschlange.",
    "transferred_colleague": "Ich verbinde Sie mit einer anderen Person aus unserem Team. Sie behalten"
    " Ihren Platz in der Warteschlange.",
    "transferred_number": "Ich verbinde Sie jetzt. Wenn dort niemand abnimmt, kommen Sie auf Ihren Platz"
    " in der Warteschlange zurück.",
    "unavailable": "Im Moment kann niemand Ihren Anruf annehmen.",
    "closed": "Wir haben zurzeit geschlossen.",
    "waited_too_long": "Es tut uns leid, dass Sie so lange warten.",
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
    "talk_ended": "Das Gespräch mit unserem Team ist beendet. Wenn Sie getrennt wurden oder weitere"
    " Hilfe brauchen, drücken Sie die 0. Sonst auf Wiederhören.",
    "goodbye": "Danke für Ihren Anruf. Auf Wiederhören.",
    "you_entered": "Ihre Eingabe war {{ value }}.",
    "you_said": "Ich habe verstanden: {{ value }}.",
    "confirm_keys": "Wenn das stimmt, drücken Sie die 1. Für eine neue Eingabe drücken Sie die 2.",
    "consent_keys": "Wenn Sie mit der Aufnahme einverstanden sind, drücken Sie die 1. Wenn nicht, die 2.",
    "pay_notice": "Sie werden nun nach Ihrer Karte gefragt; wir hören die Nummer nicht. Für einen "
    "Menschen drücken Sie die 0, später die Sterntaste.",
    "pay_too_early": "Ihre Eingabe kam zu früh und wurde nicht übernommen. Bitte warten Sie, bis Sie nach"
    " Ihrer Karte gefragt werden. Für einen Menschen drücken Sie die 0.",
    "rate_keys": "Von 1 bis 5, wobei 5 am besten ist.",
    "survey_comment": "Wenn Sie etwas hinzufügen möchten, sprechen Sie bitte nach dem Ton. Um das"
    " auszulassen oder zu beenden, drücken Sie die Raute-Taste.",
    "callback_offer": "Wir können Sie zurückrufen, dann müssen Sie nicht am Telefon warten.",
    "callback_when_turn": "Wir halten Ihren Platz und rufen Sie an, wenn Sie an der Reihe sind.",
    "callback_when_at": "Wir rufen Sie am {{ at | date }} ab {{ at | time }} an, wenn Sie an der Reihe sind.",
    "callback_when_chosen": "Sie können wählen, wann.",
    "callback_number": "Wir rufen diese Nummer an: {{ number | phone }}.",
    "callback_keys": "Wenn das stimmt, drücken Sie die 1. Für eine andere Nummer drücken Sie die 2. Für"
    " eine Person drücken Sie die 0.",
    "callback_keys_in_line": "Wenn das stimmt, drücken Sie die 1. Für eine andere Nummer drücken Sie "
    "die 2. Um weiter zu warten, drücken Sie die 0.",
    "callback_no_number": "Wir sehen die Nummer nicht, von der Sie anrufen.",
    "callback_not_this_number": "Die Nummer, von der Sie anrufen, können wir nicht zurückrufen.",
    "callback_refused": "Diese Nummer können wir leider nicht anrufen. Es muss ein gewöhnlicher "
    "Anschluss in diesem Land sein.",
    "callback_enter": "Bitte geben Sie die Nummer mit Vorwahl ein, die wir anrufen sollen, und dann die"
    " Rautetaste.",
    "callback_choice_turn": "Sobald Sie an der Reihe sind: drücken Sie die {{ key }}.",
    "callback_choice": "Am {{ at | date }} ab {{ at | time }}: drücken Sie die {{ key }}.",
    "callback_booked_turn": "Ihr Rückruf ist vorgemerkt. Sie behalten Ihren Platz, und wir rufen Sie "
    "an, wenn Sie an der Reihe sind.",
    "callback_booked_within": "Ihr Rückruf ist vorgemerkt. Sie behalten Ihren Platz. Nach dem, was wir "
    "jetzt wissen, rufen wir Sie innerhalb von {{ high | count('Minute', 'Minuten') }} an.",
    "callback_booked_at": "Ihr Rückruf ist vorgemerkt. Wir rufen Sie am {{ at | date }} ab {{ at | time"
    " }} an, wenn Sie an der Reihe sind.",
    "callback_exists": "Ein Rückruf an diese Nummer ist schon vorgemerkt und behält seinen Platz.",
    "callback_exists_at": "Ein Rückruf an diese Nummer ist schon vorgemerkt, am {{ at | date }} ab {{ "
    "at | time }}.",
    "callback_keep_keys": "Um weiterzumachen, drücken Sie die 1.",
    "callback_cancel_keys": "Um ihn zu behalten, drücken Sie die 1. Um den Rückruf abzusagen, drücken "
    "Sie die 2.",
    "callback_kept": "Danke. Wir rufen Sie an.",
    "callback_cancelled": "Ihr Rückruf ist abgesagt.",
    "callback_unavailable": "Leider können wir im Augenblick keinen Rückruf vormerken.",
    "callback_ringing": "Ihr Anruf wird gerade angenommen. Bitte bleiben Sie am Apparat.",
    "callback_hello": "Hier ist {{ company }}. Sie haben uns um einen Rückruf gebeten.",
    "callback_hello_keys": "Um jetzt mit einer Person zu sprechen, drücken Sie die 1. Wenn Sie den "
    "Anruf nicht mehr brauchen, drücken Sie die 2.",
    "callback_thanks": "Danke. Ich verbinde Sie mit einer Person.",
    "callback_busy": "Danke. Es tut uns leid: gerade sind wieder alle im Gespräch. Sie sind der Erste "
    "in der Reihe.",
    "callback_no_key": "Wir versuchen es später noch einmal. Auf Wiederhören.",
    "callback_no_key_last": "Bitte rufen Sie uns an, wann es Ihnen passt. Auf Wiederhören.",
    "callback_twice": "Wir rufen Sie schon auf einer anderen Leitung an. Auf Wiederhören.",
    "callback_over": "Dieser Rückruf wird nicht mehr gebraucht. Auf Wiederhören.",
    "callback_machine_key": "Wenn Sie selbst am Telefon sind, drücken Sie jetzt die 1.",
    "callback_machine": "Hier ist {{ company }}. Sie haben uns um einen Rückruf gebeten, und wir haben "
    "Sie nicht erreicht. Wir versuchen es noch einmal. Sie können auch uns anrufen, Ihr Platz ist Ihnen"
    " sicher. Auf Wiederhören.",
    "callback_machine_last": "Hier ist {{ company }}. Sie haben uns um einen Rückruf gebeten, und wir "
    "haben Sie nicht erreicht. Bitte rufen Sie uns an, wann es Ihnen passt. Auf Wiederhören.",
    "case_text": "{{ company }}: Ihr Fall hat die Nummer {{ number }}. Bitte nennen Sie sie am Telefon.",
    "survey_text_keys": "Bitte antworten Sie mit einer Zahl von 1 bis 5; 5 ist am besten. "
    "Mit STOP bekommen Sie keine SMS mehr.",
    "survey_text_thanks": "Vielen Dank für Ihre Antwort.",
    "callback_text": "{{ company }}: Ihr Rückruf ist vorgemerkt. Ansehen oder absagen: {{ url }}",
    "callback_text_expired": "{{ company }}: Wir wollten Sie zurückrufen und haben Sie nicht erreicht. "
    "Bitte rufen Sie uns an, wann es Ihnen passt: {{ number }}.",
    "callback_text_not_called": "{{ company }}: Es tut uns leid, wir sind nicht dazu gekommen, Sie "
    "zurückzurufen. Bitte rufen Sie uns an, wann es Ihnen passt: {{ number }}.",
    "kept_place": "Für diese Nummer wird ein Platz in der Reihe gehalten. Um ihn einzunehmen, drücken Sie "
    "die 1. Für alles andere bleiben Sie am Apparat.",
    "kept_callback": "Für diese Nummer ist ein Rückruf vorgemerkt. Um den Platz des Rückrufs einzunehmen, "
    "drücken Sie die 1. Um ihn abzusagen, drücken Sie die 2. Für alles andere bleiben Sie am Apparat.",
    "welcome_back_place": "Willkommen zurück. Ihr Platz in der Reihe wurde gehalten. Um ihn einzunehmen, "
    "drücken Sie die 1 oder bleiben Sie am Apparat. Für das Hauptmenü drücken Sie die 3.",
    "welcome_back_callback": "Willkommen zurück. Ihr Platz in der Reihe wurde gehalten. Um jetzt am "
    "Telefon zu warten, drücken Sie die 1 oder bleiben Sie am Apparat. Um den Rückruf abzusagen, drücken "
    "Sie die 2. Für das Hauptmenü drücken Sie die 3. Wenn Sie auflegen, rufen wir Sie trotzdem zurück.",
    "callback_cancel_link": "Damit wir sicher sind, dass es Ihr Rückruf ist, haben wir eine Nachricht an "
    "diese Nummer geschickt. Mit der Adresse darin können Sie den Rückruf absagen.",
    "callback_cancel_not_here": "Wir können nicht sicher sein, dass es Ihr Rückruf ist, deshalb bleibt er "
    "vorgemerkt. Wenn wir anrufen, drücken Sie die 2, um ihn abzusagen.",
    "callback_gone": "Für diese Nummer ist kein Rückruf mehr vorgemerkt.",
    "callback_text_taken_up": "{{ company }}: Ein Anruf von dieser Nummer hat den Platz Ihres Rückrufs "
    "eingenommen. Wenn Sie das nicht waren, rufen Sie bitte {{ number }} an.",
    "callback_text_no_call": "{{ company }}: Ihr Rückruf ist abgesagt. Wir rufen nicht an.",
    "callback_text_cancelled": "{{ company }}: Ihr Rückruf wurde durch einen Anruf von dieser Nummer "
    "abgesagt. Wenn Sie das nicht waren, rufen Sie bitte {{ number }} an.",
}


def _numbers() -> dict[str, str]:
    units = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
    teens = [
        "zehn",
        "elf",
        "zwölf",
        "dreizehn",
        "vierzehn",
        "fünfzehn",
        "sechzehn",
        "siebzehn",
        "achtzehn",
        "neunzehn",
    ]
    tens = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
    found = {word: str(number) for number, word in enumerate((*units, *teens))} | {"ein": "1", "zwo": "2"}
    joined = {
        "ein": "1",
        "zwo": "2",
        **{unit: str(number) for number, unit in enumerate(units) if number > 1},
    }
    for ten, word in enumerate(tens, 2):
        found[word] = f"{ten}0"
        for unit, digit in joined.items():
            found[f"{unit}und{word}"] = found[f"{unit} und {word}"] = f"{ten}{digit}"
    written_out = {word.replace("ü", "ue").replace("ö", "oe"): digits for word, digits in found.items()}
    return {**written_out, **found, "eine": "1", "einen": "1", "fuffzig": "50"}


SPEECH = SpokenForms(
    person=listed(
        "person, personen, mensch, menschen, mitarbeiter, mitarbeitern, mitarbeiterin, mitarbeiterinnen, "
        "mitarbeitende, mitarbeitenden, berater, beratern, beraterin, beraterinnen, jemand, jemandem, "
        "jemanden, operator, operatoren, agent, agenten, agentin, agentinnen, sachbearbeiter, "
        "sachbearbeitern, sachbearbeiterin, sachbearbeiterinnen, kundenberater, kundenberatern, "
        "kundenberaterin, kundenberaterinnen, ansprechpartner, ansprechpartnern, ansprechpartnerin, "
        "ansprechpartnerinnen, kollege, kollegen, kollegin, kolleginnen, kundenbetreuer, kundenbetreuerin, "
        "vertreter, vertretern, vertreterin, vertreterinnen, servicemitarbeiter, servicemitarbeitern, "
        "servicemitarbeiterin, fachberater, fachberaterin, techniker, technikern, technikerin, callcenter "
        "agent, telefonist, telefonistin, telefonisten, irgendwer, irgendwen, irgendwem, persönliches "
        "gespräch, mit wem kann ich sprechen, mit einem roboter, mit einem computer, mit einer maschine, "
        "mit einem automaten, mit einer computerstimme"
    ),
    services=listed(
        "kundenservice, kundendienst, kundenbetreuung, kundenberatung, kundencenter, servicecenter, "
        "zentrale, rezeption, empfang, vermittlung, hotline, support, kundensupport, technischer support, "
        "technischen support"
    ),
    supervisor=listed(
        "vorgesetzter, vorgesetzte, vorgesetzten, teamleiter, teamleitern, teamleiterin, teamleiterinnen, "
        "teamleitung, chef, chefs, chefin, chefinnen, leiter, leiterin, abteilungsleiter, "
        "abteilungsleiterin, filialleiter, filialleiterin, manager, managern, managerin, supervisor, "
        "verantwortlicher, verantwortliche, verantwortlichen, geschäftsführer, geschäftsführern, "
        "geschäftsführerin, geschäftsleitung, betriebsleiter, betriebsleiterin"
    ),
    verbs=listed(
        "sprechen, spreche, reden, rede, verbinden, verbinde, verbindung, durchstellen, stellen, geben, "
        "gib, möchte, möchten, will, wollen, brauche, brauchen, hätte, unterhalten, weiterleiten"
    ),
    around=listed(
        "ich, wir, mich, mir, uns, möchte, möchten, will, wollen, würde, würden, hätte, gern, gerne, kann, "
        "könnte, können, könnten, darf, muss, brauche, brauchen, mit, einem, einer, einen, eine, ein, eins, "
        "der, die, das, den, dem, von, zu, zum, zur, an, am, bitte, sprechen, spreche, reden, rede, "
        "verbinden, verbinde, verbindung, durchstellen, stellen, sie, durch, geben, gib, hallo, guten, tag, "
        "morgen, abend, jetzt, sofort, gleich, echten, echter, echte, echtem, richtigen, richtige, "
        "richtigem, wirklichen, lebenden, anderen, andere, anderer, ihrer, ihren, ihre, ihrem, eurer, "
        "euren, irgendeinem, irgendjemand, ist, da, hilfe, helfen, hilft, für, ja, nein, äh, ähm, also, "
        "okay, ok, danke, direkt, nur, lieber, doch, mal, endlich, persönlich, wieder, kein, keinen, "
        "computer, roboter, maschine, und, wenn, möglich, nicht, es, geht, in, im, hier, noch, einmal, "
        "deren, dass, unterhalten, weiterleiten"
    ),
    numbers=_numbers(),
    times={"doppelt": 2, "doppel": 2, "zweimal": 2, "dreimal": 3, "zwei mal": 2, "drei mal": 3},
    ordinals={
        f"{stem}{ending}": str(key)
        for key, stem in enumerate(
            ["erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt"], 1
        )
        for ending in ("e", "er", "es", "en", "ens")
    },
    signs={
        "raute": "#",
        "rautetaste": "#",
        "raute taste": "#",
        "doppelkreuz": "#",
        "hashtag": "#",
        "stern": "*",
        "sterntaste": "*",
        "sternchen": "*",
    },
    fillers=listed(
        "äh, ähm, hm, also, es, ist, das, die, der, meine, mein, nummer, lautet, bestellnummer, ja, bitte, "
        "okay, ok, und, dann, so, gut, ich, glaube, strich, bindestrich, leerzeichen, danke, moment"
    ),
    choosing=listed(
        "taste, tasten, drücke, drücken, drück, nummer, option, auswahl, wähle, wählen, die, ziffer, punkt, "
        "ich nehme, nehme, nehmen, ich möchte, ich will, ich hätte gern, ich wähle"
    ),
    yes=listed(
        "ja, jawohl, jo, jep, genau, richtig, stimmt, korrekt, klar, sicher, natürlich, einverstanden, "
        "okay, ok, gerne, passt, das stimmt, in ordnung, selbstverständlich, freilich, logisch, gern, auf "
        "jeden fall, auf alle fälle, alles klar, warum nicht, kein problem, gar kein problem, keine frage, "
        "mhm, aber sicher, unbedingt"
    ),
    no=listed(
        "nein, nee, nö, nicht, falsch, inkorrekt, kein, keine, keinesfalls, niemals, keineswegs, "
        "auf keinen fall, auf gar keinen fall, ne"
    ),
    unsure=listed(
        "weiß nicht, weiß es nicht, weiß ich nicht, weiss nicht, keine ahnung, nicht sicher, nicht ganz "
        "sicher, vielleicht, eventuell, jein, nicht verstanden, verstehe nicht, verstehe ich nicht, "
        "verstehe sie nicht, nicht gehört, höre nichts, höre sie nicht, erinnere mich nicht, kommt darauf "
        "an, kommt drauf an"
    ),
    hints=(
        "Mitarbeiter",
        "Person",
        "Mensch",
        "Berater",
        "Agent",
        "jemand",
        "Kundenservice",
        "Vorgesetzter",
        "Teamleiter",
    ),
)

GERMAN = Language(
    code="de",
    phrases=PHRASES,
    speech=SPEECH,
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
