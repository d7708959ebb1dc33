"""Sentences by which people refuse text messages in ordinary language, and the words around them: in lower
case, without accents and punctuation, "don't" as one word."""

from __future__ import annotations

import re

_TEXTS = (
    r"(?:(?:any|more|of|these|those|this|the|your|all|such|further) )*"
    r"(?:(?:text|sms|marketing) )?(?:texts?|texting|txts?|messages?|msgs?|sms|notifications?|alerts"
    r"|promos|promotions|ads)"
)
_ME = r"(?:me|us|this number|my number|this phone|my phone|my cell|here)"
_MANY = r"(?:texts|texting|text messages|sms)"
_NACHRICHTEN = r"(?:nachrichten|sms|texte|textnachrichten|werbung)"
_MENSAJES = r"(?:(?:mas|sus|estos|los|ningun|tantos) )*(?:mensajes?|textos?|sms)"
_MESSAGES_FR = r"(?:(?:de|des|d|vos|ces|les|aucun|tous) )*(?:messages?|textos?|sms|notifications)"

BEFORE = re.compile(
    r"(?:(?:please|pls|plz|hi|hello|hey|ok|okay|yes|just|sorry|reply|and|so"
    r"|(?:can|could|would|will) (?:you|u)|i said|i am saying|i want you to|i would like you to|i"
    r"(?: have)? asked you to"
    r"|no thanks|no thank you|not interested|wrong (?:number|person)|you have (?:the|a) wrong (?:number"
    r"|person)"
    r"|bitte|hallo|guten tag|nein danke|kon+en sie|konnten sie|konnt ihr"
    r"|por favor|porfa|hola|no gracias|puede[ns]?|podrian?"
    r"|bonjour|non merci|merci de|veuillez|s il (?:vous|te) plait|svp|stp|pouvez vous|pourriez vous)(?:\s"
    r"|$))*"
)
BEHIND = re.compile(
    r"(?:(?:^|\s)(?:please|pls|plz|thanks|thank you|thx|now|right now|again|any ?more|ever|immediately"
    r"|asap|at once|already"
    r"|bitte|danke|sofort|ab sofort|jetzt|por favor|porfa|gracias|nunca mas|svp|stp|merci|maintenant"
    r"|plus jamais"
    r"|s il (?:vous|te) plait))*$"
)
ASKED = re.compile(
    r"(?:(?:please|pls|hi|hello|hey|sorry|bitte|por favor|bonjour) )*"
    r"(?:(?:can|could|would|will) (?:you|u)|kon+en sie|konnten sie|konnt ihr|puede[ns]?|podrian?"
    r"|pouvez vous|pourriez vous)\b"
)
"""The beginning of a question that asks for something to be done."""

REFUSALS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"no more(?: {_TEXTS})?(?: to {_ME})?|no {_MANY}|stop all",
        rf"(?:stop|quit|turn off)(?: with| w)? {_TEXTS}",
        rf"(?:stop|quit) (?:with )?(?:getting|receiving|sending)(?: {_ME})?(?: {_TEXTS})?(?: to {_ME})?",
        r"(?:stop|quit|cease) (?:texting|messaging|msging|txting|contacting|spamming|bothering"
        rf"|harassing)(?: {_ME})?"
        rf"(?: with {_TEXTS})?",
        r"(?:do not|dont|never|never ever|dont ever|do not ever) (?:text|txt|message|msg|sms"
        rf"|contact) {_ME}",
        rf"(?:do not|dont|never|dont ever) send(?: {_ME})?(?: {_TEXTS}| anything| anything else"
        rf"| any more)(?: to {_ME})?",
        r"(?:(?:remove|delete|unsubscribe) (?:me|us|my number|this number|my phone number)|take (?:me|us"
        r"|my number|this number)"
        r" (?:off|out))(?: off| out| from| of)*"
        r"(?: (?:your|the|this|these|all|any|texting|text|sms|messaging|mailing|contact|phone|marketing"
        r"|call|lists?"
        r"|database|system|records|texts|messages))*",
        r"lose (?:my|this) number|leave me alone|make it stop|cease(?: and desist)?|opt(?: me)? out",
        r"(?:i )?(?:want|would like|wish|d like|need) to (?:opt out|unsubscribe|be removed|be taken off)"
        r"(?: (?:of|from|off|your|the|this|all|text|texts|messages|sms|lists?))*",
        rf"i (?:want|would like|d like) to stop (?:getting|receiving) {_TEXTS}",
        r"i (?:do not|dont|no longer) (?:want|need|wish|like)(?: to)?(?: get| receive"
        rf"| be getting)? {_TEXTS}(?: from you)?",
        r"i (?:do not|dont) (?:want|wish) to be (?:texted|messaged|contacted)(?: by you)?",
        r"i (?:revoke|withdraw)(?: my)? consent",
        rf"keine? (?:weiteren? )?{_NACHRICHTEN}(?: mehr)?(?: senden| schicken| schreiben)?",
        rf"(?:horen sie|hor|hort)(?: bitte)?(?: damit)? auf(?: damit)?(?: mir)?(?: {_NACHRICHTEN})?"
        r"(?: zu (?:schreiben|schicken|senden|texten))?",
        r"(?:nicht mehr|nie wieder|nie mehr) (?:schreiben|anschreiben|texten|kontaktieren)",
        r"(?:schreiben|schicken|senden|texten|kontaktieren) sie (?:mir|mich|uns)(?: bitte)?"
        rf" (?:nicht mehr|nie wieder|nichts mehr|keine (?:weiteren )?{_NACHRICHTEN}(?: mehr)?)",
        rf"ich (?:mochte|will|wunsche|brauche)(?: bitte)? keine (?:weiteren )?{_NACHRICHTEN}(?: mehr)?"
        r"(?: (?:bekommen|erhalten|haben|empfangen))?(?: von ihnen)?",
        r"(?:ich (?:mochte|will) )?mich abmelden|melden sie mich(?: bitte)? ab|lassen sie mich in ruhe"
        r"|lasst mich in ruhe",
        r"(?:loschen|streichen|entfernen|nehmen) sie(?: bitte)? (?:mich|meine nummer|diese nummer)"
        r"(?: (?:bitte|von|aus|der|ihrer|dieser|liste))*|meine nummer loschen",
        rf"(?:ya )?no mas(?: {_MENSAJES})?",
        rf"(?:ya )?no (?:quiero|deseo|necesito)(?: recibir)? {_MENSAJES}",
        r"(?:ya )?no (?:me|nos) (?:escrib[ae]n?|envien?|manden?|contacten?|molesten?|texte+n?)(?: mas)?"
        rf"(?: {_MENSAJES})?",
        rf"no (?:me )?(?:envien?|manden?|enviar(?:me)?|mandar(?:me)?) {_MENSAJES}",
        r"deje?n? de (?:escribir(?:me)?|contactar(?:me)?|molestar(?:me)?|textear(?:me)?|(?:enviar"
        r"|mandar)(?:me)?"
        rf"(?: {_MENSAJES})?)",
        r"(?:quiero |quisiera )?(?:dar(?:me)?|deme|denme|dame) de baja|(?:quiero|solicito) (?:la )?baja"
        r"|(?:para|pare|basta) ya",
        r"(?:borr|elimin|quit|sac|saqu)(?:ar|en?|a)(?:me| mi numero| este numero)(?: de (?:la|su|sus"
        r"|esta) listas?)?",
        r"(?:arretez|arreter|arrete|cessez|stop) (?:de |d )?(?:m |me |nous )?"
        rf"(?:envoyer|ecrire|contacter|texter|spammer|deranger|harceler)(?: {_MESSAGES_FR})?",
        rf"(?:je )?ne (?:veux|souhaite|desire) (?:plus|pas)(?: recevoir)? {_MESSAGES_FR}",
        rf"je (?:veux|souhaite) plus(?: recevoir)? {_MESSAGES_FR}",
        rf"(?:ne )?(?:m|me|nous) (?:ecrivez|envoyez|contactez|textez) (?:plus|pas)(?: {_MESSAGES_FR}"
        r"| aucun)?",
        rf"(?:plus|pas) {_MESSAGES_FR}|laissez moi tranquille",
        r"(?:desabonnez|desinscrivez|retirez|supprimez|enlevez|rayez) (?:moi|mon numero|ce numero)"
        r"(?: de (?:la|votre|vos|cette) listes?)?",
        r"(?:je (?:veux|voudrais|souhaite) )?me (?:desabonner|desinscrire)|d arreter",
    )
)
NO_CALL = re.compile(
    r"(?:do not|dont) call(?: me)?(?: back)?|stop calling(?: me)?|no call ?back(?: needed)?"
    r"|(?:i (?:do not|dont|no longer) (?:need|want) )(?:a |the |your |my )?(?:call ?back|call)"
    r"|(?:bitte )?(?:nicht (?:mehr )?(?:anrufen|zuruckrufen)|kein(?:en)? ruckruf(?: mehr)?)|rufen sie"
    r"(?: mich)? nicht(?: mehr)? (?:an|zuruck)"
    r"|ich (?:brauche|mochte|will) keinen ruckruf(?: mehr)?|ruckruf nicht mehr notig"
    r"|no me (?:llamen?|devuelvan la llamada)|ya no (?:necesito|quiero) (?:la |que me )?(?:llamada|llamen)"
    r"|ne (?:me )?rappelez (?:pas|plus)|ne m appelez (?:pas|plus)|je n ai plus besoin (?:du|d un) rappel"
)
"""Sentences that ask us not to call."""
