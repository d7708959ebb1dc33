"""English."""

from ivr.engine.languages.language import Language

PHRASES = {
    "press_zero": "Press 0 at any time to speak to a person.",
    "no_input": "I did not hear anything.",
    "wrong_key": "That key is not one of the choices.",
    "wrong_entry": "That does not look right. Please enter it again.",
    "not_understood": "Sorry, I did not understand that.",
    "connecting": "I am putting you through to a person. You will hear music while you wait.",
    "wait_range": "Your wait will be between {{ low }} and {{ high }} minutes.",
    "wait_soon": "Your wait will be between a few seconds and one minute.",
    "wait_up_to": "Your wait will be between a few seconds and {{ high }} minutes.",
    "wait_over": "Your wait will be more than {{ low }} minutes.",
    "wait_late": "It is taking longer than we expected. You keep your place in line.",
    "position_next": "You are next in line.",
    "position": "You are number {{ position }} in line.",
    "still_waiting": "You are still in line. Thank you for waiting.",
    "place_kept": "You are in line for a person, and you keep your place.",
    "hold_hint": "To leave a message instead, press any key except 0.",
    "unavailable": "Nobody is available to take your call right now.",
    "closed": "We are closed at the moment.",
    "waited_too_long": "I am sorry that you have waited so long.",
    "offer_voicemail": "To leave a message, press 1. To go on waiting, stay on the line.",
    "to_voicemail": "I will take a message for you now.",
    "voicemail_prompt": "Please leave a message after the tone, and press the pound key when you"
    " have finished."
    " For a person, press 0.",
    "voicemail_in_line": "Please leave a message after the tone, and press the pound key when you"
    " have finished."
    " To go back to your place in line, press 0.",
    "nothing_recorded": "Nothing was recorded.",
    "voicemail_review": "To send your message, press 1. To hear it, press 2. To record it again, press 3.",
    "voicemail_again": "Please record your message again after the tone.",
    "message_late": "Your message is not ready to be played yet. You can send it without hearing it.",
    "message_not_kept": "Your message was not kept.",
    "message_kept": "Thank you. Your message was saved, and somebody will listen to it.",
    "trouble": "Sorry, something went wrong on our side.",
    "talk_ended": "The call with our team has ended. If you were cut off or need more help, press 0."
    " Otherwise, goodbye.",
    "goodbye": "Thank you for calling. Goodbye.",
    "you_entered": "You entered {{ value }}.",
    "you_said": "I heard: {{ value }}.",
    "confirm_keys": "If that is right, press 1. To enter it again, press 2.",
    "consent_keys": "If you agree to be recorded, press 1. If not, press 2.",
    "pay_notice": "You will now be asked for your card, and we do not hear its number. For a person"
    " instead, press 0; later, press the star key.",
    "rate_keys": "From 1 to 5, where 5 is best.",
}

ENGLISH = Language(
    code="en",
    phrases=PHRASES,
    person=frozenset(
        {
            "agent",
            "agents",
            "person",
            "people",
            "human",
            "operator",
            "representative",
            "representatives",
            "someone",
            "somebody",
        }
    ),
    press=r"\b(press|dial|push|hit|touch|enter)\b",
    zero=r"\b(0|zero)\b",
    conjunction="and",
    money_joint="and",
    minus="minus",
    units={
        "USD": ("dollar", "dollars", "cent", "cents"),
        "CAD": ("dollar", "dollars", "cent", "cents"),
        "AUD": ("dollar", "dollars", "cent", "cents"),
        "EUR": ("euro", "euros", "cent", "cents"),
        "GBP": ("pound", "pounds", "penny", "pence"),
        "MXN": ("peso", "pesos", "centavo", "centavos"),
    },
    date="EEEE, MMMM d",
    date_with_year="EEEE, MMMM d, y",
    clock=12,
)
