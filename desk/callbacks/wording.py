"""The words of the page, by language."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Your callback",
        "booked": "Your callback is booked.",
        "turn": "We call you when it is your turn.",
        "dialling": "We are calling you right now.",
        "connected": "We have called you back.",
        "cancelled": "This callback is cancelled. We will not call.",
        "merged": "You called us yourself, so we do not call back.",
        "expired": "We could not reach you. Please call us when it suits you.",
        "not_called": "We are sorry, we did not get to call you. Please call us when it suits you.",
        "cancel": "Cancel the callback",
        "unknown": "There is no such callback. Please open the address in our text message once more.",
        "later": "That did not work. Please try again in a minute.",
    },
    "es": {
        "title": "Su llamada",
        "booked": "Su llamada está reservada.",
        "turn": "Le llamamos cuando llegue su turno.",
        "dialling": "Le estamos llamando ahora mismo.",
        "connected": "Ya le hemos llamado.",
        "cancelled": "Esta llamada está cancelada. No le llamaremos.",
        "merged": "Usted nos ha llamado, así que no le llamamos.",
        "expired": "No le hemos encontrado. Llámenos cuando le convenga.",
        "not_called": "Lo sentimos, no hemos podido llamarle. Llámenos cuando le convenga.",
        "cancel": "Cancelar la llamada",
        "unknown": "No existe esta llamada. Abra otra vez la dirección de nuestro mensaje.",
        "later": "No ha funcionado. Inténtelo de nuevo en un minuto.",
    },
    "de": {
        "title": "Ihr Rückruf",
        "booked": "Ihr Rückruf ist vorgemerkt.",
        "turn": "Wir rufen Sie an, wenn Sie an der Reihe sind.",
        "dialling": "Wir rufen Sie gerade an.",
        "connected": "Wir haben Sie zurückgerufen.",
        "cancelled": "Dieser Rückruf ist abgesagt. Wir rufen nicht an.",
        "merged": "Sie haben uns selbst angerufen, deshalb rufen wir nicht zurück.",
        "expired": "Wir haben Sie nicht erreicht. Bitte rufen Sie uns an, wann es Ihnen passt.",
        "not_called": "Es tut uns leid, wir sind nicht dazu gekommen, Sie "
        "anzurufen. Bitte rufen Sie uns an, wann es Ihnen passt.",
        "cancel": "Rückruf absagen",
        "unknown": "Diesen Rückruf gibt es nicht. Öffnen Sie bitte die Adresse aus unserer Nachricht.",
        "later": "Das hat nicht geklappt. Bitte versuchen Sie es in einer Minute noch einmal.",
    },
    "fr": {
        "title": "Votre rappel",
        "booked": "Votre rappel est réservé.",
        "turn": "Nous vous appelons quand ce sera votre tour.",
        "dialling": "Nous vous appelons en ce moment.",
        "connected": "Nous vous avons rappelé.",
        "cancelled": "Ce rappel est annulé. Nous n'appellerons pas.",
        "merged": "Vous nous avez appelés, nous ne rappelons donc pas.",
        "expired": "Nous n'avons pas pu vous joindre. Appelez-nous quand vous voudrez.",
        "not_called": "Nous sommes désolés, nous n'avons pas pu vous appeler. Appelez-nous quand vous "
        "voudrez.",
        "cancel": "Annuler le rappel",
        "unknown": "Ce rappel n'existe pas. Ouvrez encore une fois l'adresse de notre message.",
        "later": "Cela n'a pas marché. Réessayez dans une minute.",
    },
}


def words_in(language: str) -> Mapping[str, str]:
    return WORDS.get(language.split("-")[0].lower(), WORDS["en"])
