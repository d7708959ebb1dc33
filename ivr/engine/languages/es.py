"""Spanish."""

from ivr.engine.languages.language import Language

PHRASES = {
    "press_zero": "Pulse 0 en cualquier momento para hablar con una persona.",
    "no_input": "No he oído nada.",
    "wrong_key": "Esa tecla no es una de las opciones.",
    "wrong_entry": "No parece correcto. Vuelva a introducirlo, por favor.",
    "not_understood": "Perdone, no le he entendido.",
    "connecting": "Le paso con una persona. Mientras espera escuchará música.",
    "wait_range": "Su espera será de entre {{ low }} y {{ high }} minutos.",
    "wait_soon": "Su espera será de entre unos segundos y un minuto.",
    "wait_up_to": "Su espera será de entre unos segundos y {{ high }} minutos.",
    "wait_over": "Su espera será de más de {{ low }} minutos.",
    "wait_late": "Está tardando más de lo que esperábamos. Usted conserva su lugar en la fila.",
    "position_next": "Usted es la siguiente persona en la fila.",
    "position": "Usted ocupa el lugar {{ position }} en la fila.",
    "still_waiting": "Usted sigue en la fila. Gracias por esperar.",
    "place_kept": "Está en la fila para hablar con una persona y conserva su lugar.",
    "hold_hint": "Si prefiere dejar un mensaje, pulse cualquier tecla menos el 0.",
    "unavailable": "En este momento nadie puede atender su llamada.",
    "closed": "En este momento está cerrado.",
    "waited_too_long": "Sentimos que haya esperado tanto.",
    "offer_voicemail": "Para dejar un mensaje, pulse 1. Para seguir esperando, permanezca en la línea.",
    "to_voicemail": "Ahora tomaré su mensaje.",
    "voicemail_prompt": "Deje su mensaje después del tono y pulse numeral cuando termine."
    " Para hablar con una persona, pulse 0.",
    "voicemail_in_line": "Deje su mensaje después del tono y pulse numeral cuando termine."
    " Para volver a su lugar en la fila, pulse 0.",
    "nothing_recorded": "No se ha grabado nada.",
    "voicemail_review": "Para enviar su mensaje, pulse 1. Para escucharlo, pulse 2. Para grabarlo de nuevo,"
    " pulse 3.",
    "voicemail_again": "Grabe de nuevo su mensaje después del tono.",
    "message_late": "Su mensaje todavía no se puede escuchar. Puede enviarlo sin escucharlo.",
    "message_not_kept": "Su mensaje no se ha guardado.",
    "message_kept": "Gracias. Su mensaje quedó guardado y alguien lo escuchará.",
    "trouble": "Perdone, hemos tenido un problema técnico.",
    "talk_ended": "La conversación con nuestro equipo ha terminado. Si se cortó o necesita"
    " más ayuda, pulse 0."
    " Si no, hasta luego.",
    "goodbye": "Gracias por llamar. Hasta luego.",
    "you_entered": "Ha introducido {{ value }}.",
    "you_said": "He entendido: {{ value }}.",
    "confirm_keys": "Si es correcto, pulse 1. Para introducirlo otra vez, pulse 2.",
    "consent_keys": "Si acepta que se grabe, pulse 1. Si no, pulse 2.",
    "pay_notice": "Ahora se le pedirá su tarjeta, y nosotros no oímos el número. Si prefiere una "
    "persona, pulse 0; más tarde, la tecla asterisco.",
    "rate_keys": "Del 1 al 5, donde 5 es lo mejor.",
}

SPANISH = Language(
    code="es",
    phrases=PHRASES,
    person=frozenset(
        {
            "persona",
            "personas",
            "agente",
            "agentes",
            "operador",
            "operadora",
            "humano",
            "humana",
            "representante",
            "alguien",
        }
    ),
    press=r"\b(pulse|pulsa|oprima|oprime|marque|marca|presione|presiona|toque|apriete)\b",
    zero=r"\b(0|cero)\b",
    conjunction="y",
    money_joint="con",
    minus="menos",
    units={
        "USD": ("dólar", "dólares", "centavo", "centavos"),
        "CAD": ("dólar", "dólares", "centavo", "centavos"),
        "EUR": ("euro", "euros", "céntimo", "céntimos"),
        "GBP": ("libra", "libras", "penique", "peniques"),
        "MXN": ("peso", "pesos", "centavo", "centavos"),
    },
    date="EEEE d 'de' MMMM",
    date_with_year="EEEE d 'de' MMMM 'de' y",
    clock=12,
)
