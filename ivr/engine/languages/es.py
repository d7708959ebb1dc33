"""Spanish."""

from ivr.engine.languages.model import Language, SpokenForms, listed

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
    "supervisor_joins": "Un supervisor se incorpora a esta llamada.",
    "still_holding": "Seguimos con usted. Gracias por esperar.",
    "hold_leave": "¿Puedo ponerle en espera un momento?",
    "agent_lost": "Lo siento: se ha perdido la conexión con su agente. Conserva su lugar en la fila.",
    "place_kept": "Está en la fila para hablar con una persona y conserva su lugar.",
    "still_here": "<prosody volume='soft'>Usted sigue en la fila.</prosody>",
    "music_off": "La música está apagada. De vez en cuando oirá que sigue en la fila. Para volver a oír"
    " música, pulse 3.",
    "music_on": "Aquí tiene de nuevo la música.",
    "hint_callback": "Para que le llamemos sin perder su lugar, pulse 1.",
    "hint_message": "Para dejar un mensaje, pulse 2.",
    "hint_music_off": "Para apagar la música, pulse 3.",
    "hint_music_on": "Para oír música, pulse 3.",
    "offer_callback": "No hace falta que espere al teléfono. Si prefiere que le llamemos cuando llegue"
    " su turno, pulse 1. Usted conserva su lugar en la fila.",
    "stay_on_line": "Para seguir esperando, permanezca en la línea.",
    "closed_since": "Entretanto hemos cerrado y ya nadie puede atender su llamada.",
    "closed_finishing": "Entretanto hemos cerrado, pero usted ya estaba en la fila. Conserva su lugar,"
    " y nuestro equipo sigue atendiendo llamadas.",
    "opens_again": "Abrimos de nuevo el {{ next_open | date }} a {{ next_open | time }}.",
    "line_full": "Hay tantas personas esperando que nuestra fila está llena en este momento.",
    "full_stay": "También puede permanecer al teléfono: entrará en la fila en cuanto haya sitio.",
    "overflow_queue": "Como aquí la espera es larga, le paso a la fila de otro equipo. Se le cuenta el"
    " tiempo que ya ha esperado.",
    "overflow_transfer": "Como aquí la espera es larga, le paso con otro número. Si allí no contesta"
    " nadie, usted conserva su lugar aquí.",
    "overflow_voicemail": "En este momento la espera es muy larga; si lo desea, tomaré su mensaje.",
    "transferred_queue": "Le paso con {{ queue }}. Usted conserva su lugar en la fila.",
    "transferred_colleague": "Le paso con otra persona de nuestro equipo. Usted conserva su lugar en la"
    " fila.",
    "transferred_number": "Le comunico ahora. Si allí no contesta nadie, usted vuelve a su lugar en la fila.",
    "unavailable": "En este momento nadie puede atender su llamada.",
    "closed": "En este momento está cerrado.",
    "waited_too_long": "Sentimos que haya esperado tanto.",
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
    "talk_ended": "La conversación con nuestro equipo ha terminado. Si se cortó o necesita más ayuda,"
    " pulse 0. Si no, hasta luego.",
    "goodbye": "Gracias por llamar. Hasta luego.",
    "you_entered": "Ha introducido {{ value }}.",
    "you_said": "He entendido: {{ value }}.",
    "confirm_keys": "Si es correcto, pulse 1. Para introducirlo otra vez, pulse 2.",
    "consent_keys": "Si acepta que se grabe, pulse 1. Si no, pulse 2.",
    "pay_notice": "Ahora se le pedirá su tarjeta, y nosotros no oímos el número. Si prefiere una "
    "persona, pulse 0; más tarde, la tecla asterisco.",
    "pay_too_early": "Lo que ha pulsado llegó antes de tiempo y no se ha tomado en cuenta. Espere a que se"
    " le pida su tarjeta. Para hablar con una persona, pulse 0.",
    "rate_keys": "Del 1 al 5, donde 5 es lo mejor.",
    "survey_comment": "Si quiere añadir algo, hable después del tono. Para omitirlo, o cuando termine,"
    " pulse numeral.",
    "callback_offer": "Podemos llamarle nosotros, y no hace falta que espere al teléfono.",
    "callback_when_turn": "Le guardamos su lugar en la fila y le llamamos cuando llegue su turno.",
    "callback_when_at": "Le llamamos el {{ at | date }} a partir de {{ at | time }}, cuando llegue su turno.",
    "callback_when_chosen": "Usted puede elegir cuándo.",
    "callback_number": "Llamaremos a este número: {{ number | phone }}.",
    "callback_keys": "Si es correcto, pulse 1. Para otro número, pulse 2. Para hablar con una persona, "
    "pulse 0.",
    "callback_keys_in_line": "Si es correcto, pulse 1. Para otro número, pulse 2. Para seguir "
    "esperando, pulse 0.",
    "callback_no_number": "No vemos el número desde el que llama.",
    "callback_not_this_number": "No podemos devolver la llamada al número desde el que llama.",
    "callback_refused": "Lo siento, no podemos llamar a ese número. Debe ser un teléfono corriente de "
    "este país.",
    "callback_enter": "Marque el número al que debemos llamar, con su prefijo, y después la tecla numeral.",
    "callback_choice_turn": "En cuanto llegue su turno: pulse {{ key }}.",
    "callback_choice": "El {{ at | date }}, a partir de {{ at | time }}: pulse {{ key }}.",
    "callback_booked_turn": "Su llamada está reservada. Conserva su lugar en la fila y le llamamos "
    "cuando llegue su turno.",
    "callback_booked_within": "Su llamada está reservada. Conserva su lugar en la fila. Por lo que "
    "sabemos ahora, le llamamos en menos de {{ high | count('minuto', 'minutos') }}.",
    "callback_booked_at": "Su llamada está reservada. Le llamamos el {{ at | date }} a partir de {{ at "
    "| time }}, cuando llegue su turno.",
    "callback_exists": "Ya hay una llamada reservada a este número, y conserva su lugar en la fila.",
    "callback_exists_at": "Ya hay una llamada reservada a este número, para el {{ at | date }} a partir"
    " de {{ at | time }}.",
    "callback_keep_keys": "Para continuar, pulse 1.",
    "callback_cancel_keys": "Para mantenerla, pulse 1. Para cancelar la llamada, pulse 2.",
    "callback_kept": "Gracias. Le llamaremos.",
    "callback_cancelled": "Su llamada está cancelada.",
    "callback_unavailable": "Lo siento, ahora no podemos reservar una llamada.",
    "callback_ringing": "Alguien está a punto de atenderle. No cuelgue, por favor.",
    "callback_hello": "Le llamamos de {{ company }}. Usted nos pidió que le llamáramos.",
    "callback_hello_keys": "Para hablar ahora con una persona, pulse 1. Si ya no necesita la llamada, "
    "pulse 2.",
    "callback_thanks": "Gracias. Le paso con una persona.",
    "callback_busy": "Gracias. Lo siento: todos acaban de ocuparse otra vez. Usted es el primero de la fila.",
    "callback_no_key": "Lo intentaremos más tarde. Adiós.",
    "callback_no_key_last": "Llámenos cuando le convenga. Adiós.",
    "callback_twice": "Ya le estamos llamando por otra línea. Adiós.",
    "callback_over": "Esta llamada ya no hace falta. Adiós.",
    "callback_machine_key": "Si está usted mismo al teléfono, pulse 1 ahora.",
    "callback_machine": "Le llamamos de {{ company }}. Usted nos pidió que le llamáramos y no le hemos "
    "encontrado. Lo intentaremos otra vez. También puede llamarnos usted, y conserva su lugar en la "
    "fila. Adiós.",
    "callback_machine_last": "Le llamamos de {{ company }}. Usted nos pidió que le llamáramos y no le "
    "hemos encontrado. Llámenos cuando le convenga. Adiós.",
    "case_text": "{{ company }}: su caso tiene el número {{ number }}. Menciónelo cuando llame.",
    "survey_text_keys": "Responda con un número del 1 al 5, donde 5 es lo mejor. "
    "Escriba STOP para no recibir más mensajes.",
    "survey_text_thanks": "Gracias por su respuesta.",
    "callback_text": "{{ company }}: su llamada está reservada. Para verla o cancelarla: {{ url }}",
    "callback_text_expired": "{{ company }}: le hemos llamado y no le hemos encontrado. Llámenos cuando"
    " le convenga: {{ number }}.",
    "callback_text_not_called": "{{ company }}: lo sentimos, no hemos podido devolverle la llamada. Llámenos "
    "cuando le convenga: {{ number }}.",
    "kept_place": "Hay un lugar en la fila guardado para este número. Para ocuparlo, pulse 1. Para "
    "cualquier otra cosa, no cuelgue.",
    "kept_callback": "Hay una llamada reservada para este número. Para ocupar el lugar de la llamada, "
    "pulse 1. Para cancelarla, pulse 2. Para cualquier otra cosa, no cuelgue.",
    "welcome_back_place": "Bienvenido otra vez. Le hemos guardado su lugar en la fila. Para ocuparlo, "
    "pulse 1 o no cuelgue. Para ir al menú principal, pulse 3.",
    "welcome_back_callback": "Bienvenido otra vez. Le hemos guardado su lugar en la fila. Para esperar "
    "ahora al teléfono, pulse 1 o no cuelgue. Para cancelar la llamada, pulse 2. Para ir al menú "
    "principal, pulse 3. Si cuelga, le llamamos igualmente.",
    "callback_cancel_link": "Para estar seguros de que la llamada es suya, hemos enviado un mensaje de "
    "texto a este número. Con la dirección que contiene puede cancelarla.",
    "callback_cancel_not_here": "No podemos estar seguros de que la llamada sea suya, así que sigue "
    "reservada. Cuando le llamemos, pulse 2 para cancelarla.",
    "callback_gone": "Ya no hay ninguna llamada reservada para este número.",
    "callback_text_taken_up": "{{ company }}: una llamada desde este número ha ocupado el lugar de la "
    "llamada que usted reservó. Si no ha sido usted, llame al {{ number }}.",
    "callback_text_no_call": "{{ company }}: su llamada está cancelada. No le llamaremos.",
    "callback_text_cancelled": "{{ company }}: una llamada desde este número ha cancelado la llamada que "
    "usted reservó. Si no ha sido usted, llame al {{ number }}.",
}


def _numbers() -> dict[str, str]:
    units = ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"]
    teens = [
        "diez",
        "once",
        "doce",
        "trece",
        "catorce",
        "quince",
        "dieciséis",
        "diecisiete",
        "dieciocho",
        "diecinueve",
    ]
    twenties = [
        "veinte",
        "veintiuno",
        "veintidós",
        "veintitrés",
        "veinticuatro",
        "veinticinco",
        "veintiséis",
        "veintisiete",
    ]
    more = ["veintiocho", "veintinueve"]
    tens = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
    found = {word: str(number) for number, word in enumerate((*units, *teens, *twenties, *more))}
    for ten, word in enumerate(tens, 3):
        found[word] = f"{ten}0"
        found |= {f"{word} y {unit}": f"{ten}{number}" for number, unit in enumerate(units) if number}
    old = {f"diez y {unit}": f"1{number}" for number, unit in enumerate(units) if number > 5}
    return {**found, "un": "1", "una": "1", "veintiún": "21", "veintiuna": "21", **old}


SPEECH = SpokenForms(
    person=listed(
        "persona, personas, agente, agentes, operador, operadores, operadora, operadoras, humano, humanos, "
        "humana, humanas, ser humano, seres humanos, representante, representantes, alguien, asesor, "
        "asesores, asesora, asesoras, ejecutivo, ejecutivos, ejecutiva, ejecutivas, empleado, empleados, "
        "empleada, empleadas, asistente, asistentes, telefonista, telefonistas, recepcionista, "
        "recepcionistas, especialista, especialistas, consultor, consultores, consultora, persona real, "
        "agente humano, agente de servicio, agente de ventas, ejecutivo de cuenta, ejecutiva de cuenta, "
        "asesor comercial, asesora comercial, representante de servicio, representante de ventas, "
        "teleoperador, teleoperadora, señorita, persona de verdad, técnico, técnicos, con un robot, con una "
        "máquina, con una computadora, con un contestador"
    ),
    services=listed(
        "servicio al cliente, servicio a clientes, servicio de atención al cliente, atención al cliente, "
        "atención a clientes, servicio al consumidor, atención personal, mesa de ayuda, centralita, "
        "recepción, soporte, soporte técnico, atención personalizada"
    ),
    supervisor=listed(
        "supervisor, supervisores, supervisora, supervisoras, gerente, gerentes, encargado, encargados, "
        "encargada, encargadas, jefe, jefes, jefa, jefas, responsable, responsables, superior, superiores, "
        "director, directora"
    ),
    verbs=listed(
        "hablar, hablo, comunicar, comunicarme, comuníqueme, comunícame, comunique, comunicarse, pasar, "
        "pasarme, páseme, pásame, pase, pasa, póngame, ponme, poner, ponerme, conectar, conecte, conécteme, "
        "conectarme, quiero, quisiera, querría, necesito, deme, dame, transferir, transfiérame, "
        "transferirme"
    ),
    around=listed(
        "yo, me, quiero, quisiera, querría, queremos, necesito, necesitamos, gustaría, deseo, puedo, "
        "podría, puede, puedes, podemos, hablar, hablo, con, una, un, uno, unas, unos, de, del, la, el, "
        "las, los, lo, sus, su, tus, tu, por, favor, porfavor, a, al, para, que, en, comunicar, "
        "comunicarme, comuníqueme, comunícame, comunique, pasar, pasarme, páseme, pásame, pase, póngame, "
        "ponme, poner, ponerme, conectar, conecte, conécteme, conectarme, deme, dame, hola, buenos, buenas, "
        "días, tardes, noches, ahora, ya, mismo, real, verdadera, verdadero, otra, otro, algún, alguno, "
        "algunos, alguna, hay, ahí, ayuda, ayude, atienda, atender, sí, no, eh, este, pues, bien, gracias, "
        "directamente, mejor, solo, solamente, robot, máquina, quien, quién, sea, si, es, posible, y, "
        "transferir, transfiérame, transferirme, mi, nos, usted, ustedes, hable"
    ),
    numbers=_numbers(),
    times={"doble": 2, "dos veces": 2, "triple": 3, "tres veces": 3},
    ordinals={
        "primero": "1",
        "primera": "1",
        "primer": "1",
        "segundo": "2",
        "segunda": "2",
        "tercero": "3",
        "tercera": "3",
        "tercer": "3",
        "cuarto": "4",
        "cuarta": "4",
        "quinto": "5",
        "quinta": "5",
        "sexto": "6",
        "sexta": "6",
        "séptimo": "7",
        "séptima": "7",
        "octavo": "8",
        "octava": "8",
        "noveno": "9",
        "novena": "9",
    },
    signs={
        "almohadilla": "#",
        "numeral": "#",
        "gato": "#",
        "signo de número": "#",
        "asterisco": "*",
        "estrella": "*",
    },
    fillers=listed(
        "eh, em, este, pues, es, el, la, mi, número, código, pedido, a ver, sí, por favor, bueno, bien, y, "
        "ah, mmm, guion, espacio, luego, después, creo, que, gracias, son"
    ),
    choosing=listed(
        "pulse, pulsar, pulso, oprima, oprimir, marque, marcar, marco, presione, opción, número, tecla, "
        "elijo, escojo, el, la, botón, quiero, quisiera, deme, escoger, elegir"
    ),
    yes=listed(
        "sí, claro, correcto, correcta, exacto, exactamente, eso es, así es, de acuerdo, vale, afirmativo, "
        "okay, ok, cierto, por supuesto, acepto, perfecto, está bien, desde luego, dale, claro que sí, cómo "
        "no, por qué no, sin problema, no hay problema, sin duda, seguro, adelante"
    ),
    no=listed(
        "no, incorrecto, incorrecta, equivocado, equivocada, negativo, falso, mal, nunca, tampoco, "
        "para nada, claro que no, por supuesto que no"
    ),
    unsure=listed(
        "no sé, no lo sé, no estoy seguro, no estoy segura, no entiendo, no entendí, no comprendo, no oí, "
        "no escuché, no escucho, no oigo, no recuerdo, no me acuerdo, tal vez, quizás, quizá, a lo mejor, "
        "depende, ni idea"
    ),
    hints=(
        "agente",
        "persona",
        "humano",
        "operador",
        "representante",
        "alguien",
        "servicio al cliente",
        "supervisor",
        "gerente",
    ),
)

SPANISH = Language(
    code="es",
    phrases=PHRASES,
    speech=SPEECH,
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
