"""French."""

from ivr.engine.languages.language import Language

PHRASES = {
    "press_zero": "Appuyez sur 0 à tout moment pour parler à une personne.",
    "no_input": "Je n'ai rien entendu.",
    "wrong_key": "Cette touche ne fait pas partie des choix.",
    "wrong_entry": "Cela ne semble pas correct. Veuillez recommencer.",
    "not_understood": "Désolé, je n'ai pas compris.",
    "connecting": "Je vous mets en relation avec une personne. Vous entendrez de la musique en attendant.",
    "wait_range": "Votre attente sera comprise entre {{ low }} et {{ high }} minutes.",
    "wait_soon": "Votre attente sera comprise entre quelques secondes et une minute.",
    "wait_up_to": "Votre attente sera comprise entre quelques secondes et {{ high }} minutes.",
    "wait_over": "Votre attente sera de plus de {{ low }} minutes.",
    "wait_late": "C'est plus long que prévu. Vous gardez votre place.",
    "position_next": "C'est bientôt votre tour : vous êtes en première place.",
    "position": "Vous êtes à la place numéro {{ position }}.",
    "still_waiting": "Vous êtes toujours en attente. Merci de votre patience.",
    "place_kept": "Vous attendez une personne et vous gardez votre place.",
    "hold_hint": "Pour laisser plutôt un message, appuyez sur n'importe quelle touche sauf le 0.",
    "unavailable": "Personne ne peut prendre votre appel pour le moment.",
    "closed": "Nous sommes fermés pour le moment.",
    "waited_too_long": "Nous sommes désolés de cette longue attente.",
    "offer_voicemail": "Pour laisser un message, appuyez sur 1. Pour continuer d'attendre, restez en ligne.",
    "to_voicemail": "Je vais maintenant prendre votre message.",
    "voicemail_prompt": "Laissez un message après le signal, puis appuyez sur dièse."
    " Pour parler à une personne, appuyez sur 0.",
    "voicemail_in_line": "Laissez un message après le signal, puis appuyez sur dièse."
    " Pour reprendre votre place, appuyez sur 0.",
    "nothing_recorded": "Rien n'a été enregistré.",
    "voicemail_review": "Pour envoyer votre message, appuyez sur 1. Pour l'écouter, appuyez sur 2."
    " Pour le refaire, appuyez sur 3.",
    "voicemail_again": "Enregistrez à nouveau votre message après le signal.",
    "message_late": "Votre message ne peut pas encore être écouté. Vous pouvez l'envoyer sans l'écouter.",
    "message_not_kept": "Votre message n'a pas été conservé.",
    "message_kept": "Merci. Votre message est enregistré et sera écouté.",
    "trouble": "Désolé, nous avons un problème technique.",
    "talk_ended": "La conversation avec notre équipe est terminée. Si elle a été coupée ou si"
    " vous avez encore besoin"
    " d'aide, appuyez sur 0. Sinon, au revoir.",
    "goodbye": "Merci de votre appel. Au revoir.",
    "you_entered": "Vous avez saisi {{ value }}.",
    "you_said": "J'ai compris : {{ value }}.",
    "confirm_keys": "Si c'est correct, appuyez sur 1. Pour recommencer, appuyez sur 2.",
    "consent_keys": "Si vous acceptez l'enregistrement, appuyez sur 1. Sinon, appuyez sur 2.",
    "pay_notice": "Votre carte va maintenant vous être demandée ; nous n'entendons pas son numéro. "
    "Pour parler à une personne, appuyez sur 0 ; plus tard, sur la touche étoile.",
    "rate_keys": "De 1 à 5, 5 étant la meilleure note.",
}

FRENCH = Language(
    code="fr",
    phrases=PHRASES,
    # "personne" also means nobody, which is close enough to asking where everybody is.
    person=frozenset(
        {
            "personne",
            "agent",
            "agents",
            "conseiller",
            "conseillère",
            "opérateur",
            "opératrice",
            "humain",
            "représentant",
            "quelqu'un",
        }
    ),
    press=r"\b(appuyez|appuyer|tapez|composez|faites|pressez)\b",
    zero=r"\b(0|zéro)\b",
    conjunction="et",
    money_joint="et",
    minus="moins",
    units={
        "USD": ("dollar", "dollars", "cent", "cents"),
        "CAD": ("dollar", "dollars", "cent", "cents"),
        "EUR": ("euro", "euros", "centime", "centimes"),
        "GBP": ("livre", "livres", "penny", "pence"),
        "CHF": ("franc", "francs", "centime", "centimes"),
    },
    date="EEEE d MMMM",
    date_with_year="EEEE d MMMM y",
)
