"""French."""

from ivr.engine.languages.model import Language, SpokenForms, listed

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
    "supervisor_joins": "Un superviseur rejoint cet appel.",
    "still_holding": "Nous sommes toujours avec vous. Merci de patienter.",
    "hold_leave": "Puis-je vous mettre en attente un instant ?",
    "agent_lost": "Je suis désolé : la liaison avec notre équipe a été coupée. Vous gardez votre place.",
    "place_kept": "Vous attendez une personne et vous gardez votre place.",
    "still_here": "<prosody volume='soft'>Vous êtes toujours en attente.</prosody>",
    "music_off": "La musique est coupée. De temps en temps, vous entendrez que vous êtes toujours en attente."
    " Pour la musique, appuyez de nouveau sur 3.",
    "music_on": "Voici de nouveau la musique.",
    "hint_callback": "Pour être rappelé sans perdre votre place, appuyez sur 1.",
    "hint_message": "Pour laisser un message, appuyez sur 2.",
    "hint_music_off": "Pour couper la musique, appuyez sur 3.",
    "hint_music_on": "Pour la musique, appuyez sur 3.",
    "offer_callback": "Vous n'êtes pas obligé d'attendre au téléphone. Pour être rappelé quand ce sera"
    " votre tour, appuyez sur 1. Vous gardez votre place.",
    "stay_on_line": "Pour continuer d'attendre, restez en ligne.",
    "closed_since": "Nous avons fermé entre-temps, et plus personne ne peut prendre votre appel.",
    "closed_finishing": "Nous avons fermé entre-temps, mais vous attendiez déjà. Vous gardez votre"
    " place, et notre équipe prend encore des appels.",
    "opens_again": "Nous rouvrons le {{ next_open | date }} à {{ next_open | time }}.",
    "line_full": "Tant de personnes attendent que notre file est complète pour le moment.",
    "full_stay": "Ou restez en ligne : vous entrerez dans la file dès qu'il y aura de la place.",
    "overflow_queue": "Comme l'attente est longue ici, je vous place dans la file d'une autre équipe."
    " Le temps que vous avez attendu compte.",
    "overflow_transfer": "Comme l'attente est longue ici, je vous mets en relation avec un autre"
    " numéro. Si personne n'y répond, vous gardez votre place ici.",
    "overflow_voicemail": "L'attente est très longue en ce moment. Si vous le souhaitez, je prends un"
    " message.",
    "transferred_queue": "Je vous mets en relation avec {{ queue }}. Vous gardez votre place dans la file.",
    "transferred_colleague": "Je vous mets en relation avec une autre personne de notre équipe. Vous"
    " gardez votre place dans la file.",
    "transferred_number": "Je vous mets en relation maintenant. Si personne n'y répond, vous retrouvez"
    " votre place dans la file.",
    "unavailable": "Personne ne peut prendre votre appel pour le moment.",
    "closed": "Nous sommes fermés pour le moment.",
    "waited_too_long": "Nous sommes désolés de cette longue attente.",
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
    "talk_ended": "La conversation avec notre équipe est terminée. Si elle a été coupée ou si vous avez"
    " encore besoin d'aide, appuyez sur 0. Sinon, au revoir.",
    "goodbye": "Merci de votre appel. Au revoir.",
    "you_entered": "Vous avez saisi {{ value }}.",
    "you_said": "J'ai compris : {{ value }}.",
    "confirm_keys": "Si c'est correct, appuyez sur 1. Pour recommencer, appuyez sur 2.",
    "consent_keys": "Si vous acceptez l'enregistrement, appuyez sur 1. Sinon, appuyez sur 2.",
    "pay_notice": "Votre carte va maintenant vous être demandée ; nous n'entendons pas son numéro. "
    "Pour parler à une personne, appuyez sur 0 ; plus tard, sur la touche étoile.",
    "pay_too_early": "Ce que vous avez composé est arrivé trop tôt et n'a pas été pris en compte. Attendez"
    " que votre carte vous soit demandée. Pour une personne, appuyez sur le 0.",
    "rate_keys": "De 1 à 5, 5 étant la meilleure note.",
    "survey_comment": "Si vous souhaitez ajouter quelque chose, parlez après le signal. Pour passer, ou quand"
    " vous avez fini, appuyez sur dièse.",
    "callback_offer": "Nous pouvons vous rappeler, vous n'avez pas besoin d'attendre au téléphone.",
    "callback_when_turn": "Nous gardons votre place et vous appelons quand ce sera votre tour.",
    "callback_when_at": "Nous vous appelons le {{ at | date }} à partir de {{ at | time }}, quand ce "
    "sera votre tour.",
    "callback_when_chosen": "Vous pouvez choisir quand.",
    "callback_number": "Nous appelons ce numéro : {{ number | phone }}.",
    "callback_keys": "Si c'est correct, appuyez sur 1. Pour un autre numéro, appuyez sur 2. Pour parler"
    " à une personne, appuyez sur 0.",
    "callback_keys_in_line": "Si c'est correct, appuyez sur 1. Pour un autre numéro, appuyez sur 2. "
    "Pour continuer d'attendre, appuyez sur 0.",
    "callback_no_number": "Nous ne voyons pas le numéro d'où vous appelez.",
    "callback_not_this_number": "Nous ne pouvons pas rappeler le numéro d'où vous appelez.",
    "callback_refused": "Désolé, nous ne pouvons pas appeler ce numéro. Il faut un numéro ordinaire de "
    "ce pays.",
    "callback_enter": "Saisissez le numéro que nous devons appeler, avec l'indicatif, puis appuyez sur "
    "dièse.",
    "callback_choice_turn": "Dès que ce sera votre tour : appuyez sur {{ key }}.",
    "callback_choice": "Le {{ at | date }}, à partir de {{ at | time }} : appuyez sur {{ key }}.",
    "callback_booked_turn": "Votre rappel est réservé. Vous gardez votre place et nous vous appelons "
    "quand ce sera votre tour.",
    "callback_booked_within": "Votre rappel est réservé. Vous gardez votre place. D'après ce que nous "
    "savons, nous vous appelons d'ici {{ high | count('minute', 'minutes') }}.",
    "callback_booked_at": "Votre rappel est réservé. Nous vous appelons le {{ at | date }} à partir de "
    "{{ at | time }}, quand ce sera votre tour.",
    "callback_exists": "Un rappel à ce numéro est déjà réservé et garde sa place.",
    "callback_exists_at": "Un rappel à ce numéro est déjà réservé, le {{ at | date }} à partir de {{ at"
    " | time }}.",
    "callback_keep_keys": "Pour continuer, appuyez sur 1.",
    "callback_cancel_keys": "Pour le garder, appuyez sur 1. Pour annuler le rappel, appuyez sur 2.",
    "callback_kept": "Merci. Nous vous appellerons.",
    "callback_cancelled": "Votre rappel est annulé.",
    "callback_unavailable": "Désolé, nous ne pouvons pas réserver de rappel pour le moment.",
    "callback_ringing": "Quelqu'un va répondre à votre appel. Restez en ligne.",
    "callback_hello": "Ici {{ company }}. Vous nous avez demandé de vous rappeler.",
    "callback_hello_keys": "Pour parler maintenant à une personne, appuyez sur 1. Si vous n'avez plus "
    "besoin de cet appel, appuyez sur 2.",
    "callback_thanks": "Merci. Je vous mets en relation avec une personne.",
    "callback_busy": "Merci. Désolé : tout le monde vient d'être repris. Vous êtes le premier de la file.",
    "callback_no_key": "Nous essaierons plus tard. Au revoir.",
    "callback_no_key_last": "Appelez-nous quand vous voudrez. Au revoir.",
    "callback_twice": "Nous vous appelons déjà sur une autre ligne. Au revoir.",
    "callback_over": "Ce rappel n'est plus nécessaire. Au revoir.",
    "callback_machine_key": "Si vous êtes vous-même au téléphone, appuyez maintenant sur 1.",
    "callback_machine": "Ici {{ company }}. Vous nous avez demandé de vous rappeler et nous n'avons pas"
    " pu vous joindre. Nous essaierons encore. Vous pouvez aussi nous appeler, votre place est gardée. "
    "Au revoir.",
    "callback_machine_last": "Ici {{ company }}. Vous nous avez demandé de vous rappeler et nous "
    "n'avons pas pu vous joindre. Appelez-nous quand vous voudrez. Au revoir.",
    "case_text": "{{ company }} : votre dossier porte le numéro {{ number }}. "
    "Merci de l'indiquer quand vous appelez.",
    "survey_text_keys": "Répondez par un chiffre de 1 à 5, où 5 est le meilleur. "
    "Écrivez STOP pour ne plus recevoir de SMS.",
    "survey_text_thanks": "Merci de votre réponse.",
    "callback_text": "{{ company }} : votre rappel est réservé. Pour le voir ou l'annuler : {{ url }}",
    "callback_text_expired": "{{ company }} : nous avons essayé de vous rappeler sans vous joindre. "
    "Appelez-nous quand vous voudrez : {{ number }}.",
    "callback_text_not_called": "{{ company }} : nous sommes désolés, nous n'avons pas pu vous rappeler. "
    "Appelez-nous quand vous voudrez : {{ number }}.",
    "kept_place": "Une place dans la file est gardée pour ce numéro. Pour la prendre, appuyez sur 1. Pour "
    "toute autre demande, restez en ligne.",
    "kept_callback": "Un rappel vers ce numéro est réservé. Pour prendre la place du rappel, appuyez sur "
    "1. Pour l'annuler, appuyez sur 2. Pour toute autre demande, restez en ligne.",
    "welcome_back_place": "Bon retour. Votre place dans la file a été gardée. Pour la prendre, appuyez sur "
    "1 ou restez en ligne. Pour le menu principal, appuyez sur 3.",
    "welcome_back_callback": "Bon retour. Votre place dans la file a été gardée. Pour attendre maintenant "
    "au téléphone, appuyez sur 1 ou restez en ligne. Pour annuler le rappel, appuyez sur 2. Pour le menu "
    "principal, appuyez sur 3. Si vous raccrochez, nous vous rappelons quand même.",
    "callback_cancel_link": "Pour être sûrs que ce rappel est le vôtre, nous avons envoyé un message à ce "
    "numéro. Avec l'adresse qu'il contient, vous pouvez annuler le rappel.",
    "callback_cancel_not_here": "Nous ne pouvons pas être sûrs que ce rappel est le vôtre, il reste donc "
    "réservé. Quand nous appellerons, appuyez sur 2 pour l'annuler.",
    "callback_gone": "Il n'y a plus de rappel réservé pour ce numéro.",
    "callback_text_taken_up": "{{ company }} : un appel de ce numéro a pris la place de votre rappel. Si "
    "ce n'était pas vous, appelez le {{ number }}.",
    "callback_text_no_call": "{{ company }} : votre rappel est annulé. Nous n'appellerons pas.",
    "callback_text_cancelled": "{{ company }} : votre rappel a été annulé par un appel de ce numéro. Si ce "
    "n'était pas vous, appelez le {{ number }}.",
}


def _numbers() -> dict[str, str]:
    units = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    teens = [
        "dix",
        "onze",
        "douze",
        "treize",
        "quatorze",
        "quinze",
        "seize",
        "dix sept",
        "dix huit",
        "dix neuf",
    ]
    tens = {
        2: "vingt",
        3: "trente",
        4: "quarante",
        5: "cinquante",
        6: "soixante",
        7: "septante",
        9: "nonante",
    }
    found = {word: str(number) for number, word in enumerate((*units, *teens))}
    for ten, word in (
        *tens.items(),
        (8, "huitante"),
        (8, "octante"),
        (8, "quatre vingt"),
        (8, "quatre vingts"),
    ):
        found[word] = f"{ten}0"
        found |= {f"{word} {unit}": f"{ten}{number}" for number, unit in enumerate(units) if number}
        found |= {f"{word} et un": f"{ten}1", f"{word} et une": f"{ten}1"}
    for number, word in enumerate(teens):
        found |= {f"soixante {word}": f"7{number}", f"quatre vingt {word}": f"9{number}"}
    return {**found, "soixante et onze": "71", "une": "1"}


SPEECH = SpokenForms(
    person=listed(
        "personne, personnes, agent, agents, agente, agentes, conseiller, conseillers, conseillère, "
        "conseillères, opérateur, opérateurs, opératrice, opératrices, humain, humains, humaine, être "
        "humain, êtres humains, représentant, représentants, représentante, représentantes, quelqu'un, "
        "interlocuteur, interlocuteurs, interlocutrice, employé, employés, employée, employées, "
        "collaborateur, collaborateurs, collaboratrice, collaboratrices, téléconseiller, téléconseillers, "
        "téléconseillère, réceptionniste, réceptionnistes, standardiste, standardistes, assistant, "
        "assistants, assistante, assistantes, technicien, techniciens, technicienne, spécialiste, "
        "spécialistes, conseiller clientèle, conseillère clientèle, chargé de clientèle, chargée de "
        "clientèle, gestionnaire, hôtesse, à un robot, à une machine, avec un robot, avec une machine, à un "
        "répondeur"
    ),
    services=listed(
        "service client, service clients, service clientèle, service à la clientèle, service après vente, "
        "relation client, relations clients, assistance, assistance technique, support, support technique, "
        "accueil, standard"
    ),
    supervisor=listed(
        "superviseur, superviseurs, superviseure, superviseuse, responsable, responsables, supérieur, "
        "supérieurs, supérieure, supérieur hiérarchique, chef, chefs, cheffe, chef d'équipe, directeur, "
        "directrice, gérant, gérante, manager, managers, patron, patronne"
    ),
    verbs=listed(
        "parler, parle, joindre, passer, passez, passe, mettez, mettre, transférer, transférez, connecter, "
        "connectez, veux, voudrais, voulais, souhaite, souhaiterais, besoin, donnez, discuter, échanger"
    ),
    around=listed(
        "je, j'ai, j'aimerais, nous, on, veux, voudrais, voulais, voulons, souhaite, souhaiterais, "
        "aimerais, peux, puis, pourrais, pouvez, pourriez, est, ce, que, c'est, il, y, a, t, vous, me, m, "
        "moi, parler, parle, joindre, passer, passez, passe, mettez, mettre, transférer, transférez, "
        "connecter, connectez, donnez, avec, à, au, aux, un, une, de, d'un, d'une, des, du, le, la, les, l, "
        "vos, votre, s'il, plaît, plait, svp, bonjour, bonsoir, allo, maintenant, tout, suite, vrai, vraie, "
        "réel, réelle, vivant, autre, autres, en, relation, pour, aide, aider, besoin, oui, non, euh, ben, "
        "bon, alors, merci, directement, juste, plutôt, pas, robot, machine, qui, et, si, possible, "
        "quelque, discuter, échanger, d, j, ai, qu'un, ici, immédiatement, encore, avoir, voir"
    ),
    numbers=_numbers(),
    times={"double": 2, "deux fois": 2, "triple": 3, "trois fois": 3},
    ordinals={
        "premier": "1",
        "première": "1",
        "deuxième": "2",
        "second": "2",
        "seconde": "2",
        "troisième": "3",
        "quatrième": "4",
        "cinquième": "5",
        "sixième": "6",
        "septième": "7",
        "huitième": "8",
        "neuvième": "9",
    },
    signs={"dièse": "#", "touche dièse": "#", "étoile": "*", "touche étoile": "*", "astérisque": "*"},
    fillers=listed(
        "euh, heu, hum, ben, bah, alors, c'est, le, la, mon, ma, numéro, code, commande, est, oui, s'il "
        "vous plaît, bon, et, puis, ensuite, je, crois, que, tiret, espace, voilà, merci, ah"
    ),
    choosing=listed(
        "touche, appuie, appuyer, appuyez, tape, taper, tapez, option, numéro, choix, le, la, bouton, "
        "compose, je choisis, choisis, je prends, je veux, je voudrais, appuyez sur, sur"
    ),
    yes=listed(
        "oui, ouais, exact, exactement, correct, correcte, c'est ça, c'est bon, c'est juste, c'est correct, "
        "c'est bien ça, d'accord, tout à fait, ok, okay, bien sûr, absolument, juste, voilà, j'accepte, "
        "parfait, volontiers, entendu, si, effectivement, certainement, évidemment, pourquoi pas, pas de "
        "problème, aucun problème, sans problème, sans doute, bien entendu, allez y"
    ),
    no=listed("non, nan, pas, faux, fausse, incorrect, incorrecte, erroné, jamais, bien sûr que non"),
    unsure=listed(
        "je ne sais pas, sais pas, ne sais pas, pas sûr, pas sûre, pas certain, pas certaine, aucune idée, "
        "peut-être, peut être, pas compris, comprends pas, pas entendu, entends pas, me souviens pas, me "
        "rappelle pas, ça dépend"
    ),
    hints=(
        "agent",
        "personne",
        "conseiller",
        "opérateur",
        "humain",
        "représentant",
        "service client",
        "responsable",
        "superviseur",
    ),
)

FRENCH = Language(
    code="fr",
    phrases=PHRASES,
    # "personne" also means nobody, which is close enough to a question for a person.
    speech=SPEECH,
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
