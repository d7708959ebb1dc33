"""English."""

from ivr.engine.languages.model import Language, SpokenForms, listed

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
    "supervisor_joins": "A supervisor joins this call.",
    "still_holding": "We are still with you. Thank you for holding.",
    "hold_leave": "May I put you on hold for a moment?",
    "agent_lost": "I am sorry: the connection to your agent was lost. You keep your place in line.",
    "place_kept": "You are in line for a person, and you keep your place.",
    "still_here": "<prosody volume='soft'>You are still in line.</prosody>",
    "music_off": "The music is off. From time to time you will hear that you are still in line. For music"
    " again, press 3.",
    "music_on": "Here is the music again.",
    "hint_callback": "To be called back without losing your place, press 1.",
    "hint_message": "To leave a message, press 2.",
    "hint_music_off": "To turn the music off, press 3.",
    "hint_music_on": "For music, press 3.",
    "offer_callback": "You need not wait on the phone. To be called back when it is your turn, press 1."
    " You keep your place in line.",
    "stay_on_line": "To go on waiting, stay on the line.",
    "closed_since": "We have closed in the meantime, and nobody can take your call any more.",
    "closed_finishing": "We have closed in the meantime, but you were in line before. You keep your"
    " place, and our team is still taking calls.",
    "opens_again": "We open again on {{ next_open | date }}, {{ next_open | time }}.",
    "line_full": "So many people are waiting that our line is full at the moment.",
    "full_stay": "Or stay on the phone: you will be let into the line as soon as there is room.",
    "overflow_queue": "Because the wait is long here, I am putting you in line with another team. You"
    " keep the time that you have waited.",
    "overflow_transfer": "Because the wait is long here, I am connecting you with another number. If"
    " nobody answers there, you keep your place here.",
    "overflow_voicemail": "The wait is very long at the moment, so I will take a message for you, if"
    " you like.",
    "transferred_queue": "I am putting you through to {{ queue }}. You keep your place in line.",
    "transferred_colleague": "I am putting you through to a colleague. You keep your place in line.",
    "transferred_number": "I am connecting you now. If nobody answers there, you come back to your place"
    " in line here.",
    "unavailable": "Nobody is available to take your call right now.",
    "closed": "We are closed at the moment.",
    "waited_too_long": "I am sorry that you have waited so long.",
    "to_voicemail": "I will take a message for you now.",
    "voicemail_prompt": "Please leave a message after the tone, and press the pound key when you have"
    " finished. For a person, press 0.",
    "voicemail_in_line": "Please leave a message after the tone, and press the pound key when you have"
    " finished. To go back to your place in line, press 0.",
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
    "pay_too_early": "What you pressed was too early and was not taken. Please wait until you are asked"
    " for your card. For a person, press 0.",
    "rate_keys": "From 1 to 5, where 5 is best.",
    "survey_comment": "If you want to add something, please speak after the tone. To leave it, or when"
    " you have finished, press the pound key.",
    "callback_offer": "We can call you back, and you need not wait on the phone.",
    "callback_when_turn": "We keep your place in line, and call you when it is your turn.",
    "callback_when_at": "We call you on {{ at | date }} from {{ at | time }} on, when it is your turn.",
    "callback_when_chosen": "You can choose when.",
    "callback_number": "We call this number: {{ number | phone }}.",
    "callback_keys": "If that is right, press 1. For another number, press 2. For a person, press 0.",
    "callback_keys_in_line": "If that is right, press 1. For another number, press 2. To go on waiting "
    "instead, press 0.",
    "callback_no_number": "We do not see the number you are calling from.",
    "callback_not_this_number": "We cannot call back the number you are calling from.",
    "callback_refused": "I am sorry, we cannot call that number. It must be an ordinary telephone "
    "number of this country.",
    "callback_enter": "Please enter the number that we should call, with its area code, then press the "
    "pound key.",
    "callback_choice_turn": "As soon as it is your turn: press {{ key }}.",
    "callback_choice": "On {{ at | date }}, from {{ at | time }} on: press {{ key }}.",
    "callback_booked_turn": "Your callback is booked. You keep your place in line, and we call you when"
    " it is your turn.",
    "callback_booked_within": "Your callback is booked. You keep your place in line. As far as we can "
    "tell now, we call you within {{ high | count('minute', 'minutes') }}.",
    "callback_booked_at": "Your callback is booked. We call you on {{ at | date }} from {{ at | time }}"
    " on, when it is your turn.",
    "callback_exists": "A callback to this number is booked already, and it keeps its place in line.",
    "callback_exists_at": "A callback to this number is booked already, for {{ at | date }} from {{ at "
    "| time }} on.",
    "callback_keep_keys": "To go on, press 1.",
    "callback_cancel_keys": "To keep it, press 1. To cancel the callback, press 2.",
    "callback_kept": "Thank you. We will call you.",
    "callback_cancelled": "Your callback is cancelled.",
    "callback_unavailable": "I am sorry, we cannot book a callback right now.",
    "callback_ringing": "Somebody is about to answer your call. Please stay on the line.",
    "callback_hello": "This is {{ company }}. You asked us to call you back.",
    "callback_hello_keys": "To speak to a person now, press 1. If you do not need the call any more, "
    "press 2.",
    "callback_thanks": "Thank you. I am putting you through to a person.",
    "callback_busy": "Thank you. I am sorry: everybody has just become busy again. You are the first in"
    " line.",
    "callback_no_key": "We will try again later. Goodbye.",
    "callback_no_key_last": "Please call us when it suits you. Goodbye.",
    "callback_twice": "We are calling you on another line already. Goodbye.",
    "callback_over": "This callback is no longer needed. Goodbye.",
    "callback_machine_key": "If you are on the phone yourself, press 1 now.",
    "callback_machine": "This is {{ company }}. You asked us to call you back, and we could not reach "
    "you. We will try again. You can also call us, and your place in line is kept. Goodbye.",
    "callback_machine_last": "This is {{ company }}. You asked us to call you back, and we could not "
    "reach you. Please call us when it suits you. Goodbye.",
    "case_text": "{{ company }}: your case has the number {{ number }}. Please name it when you call.",
    "survey_text_keys": "Please answer with a number from 1 to 5, where 5 is best. "
    "Write STOP for no more texts.",
    "survey_text_thanks": "Thank you for your answer.",
    "callback_text": "{{ company }}: your callback is booked. To see or cancel it: {{ url }}",
    "callback_text_expired": "{{ company }}: we tried to call you back and could not reach you. Please "
    "call {{ number }} when it suits you.",
    "callback_text_not_called": "{{ company }}: we are sorry, we did not get to call you back. Please call "
    "{{ number }} when it suits you.",
    "kept_place": "A place in line has been kept for this number. To take it, press 1. For anything else, "
    "stay on the line.",
    "kept_callback": "A callback to this number is booked. To take the place of the callback, press 1. To "
    "cancel it, press 2. For anything else, stay on the line.",
    "welcome_back_place": "Welcome back. Your place in line has been kept. To take it, press 1 or stay on "
    "the line. For the main menu, press 3.",
    "welcome_back_callback": "Welcome back. Your place in line has been kept. To wait on the phone now, "
    "press 1 or stay on the line. To cancel the callback, press 2. For the main menu, press 3. If you "
    "hang up, we still call you back.",
    "callback_cancel_link": "To be sure that it is yours, we have sent a text message to this number. With "
    "the address in it you can cancel the callback.",
    "callback_cancel_not_here": "We cannot be sure that the callback is yours, so it stays booked. When we "
    "call, press 2 to cancel it.",
    "callback_gone": "There is no callback to this number any more.",
    "callback_text_taken_up": "{{ company }}: a call from this number has taken the place of your "
    "callback. If that was not you, please call {{ number }}.",
    "callback_text_no_call": "{{ company }}: your callback is cancelled. We will not call.",
    "callback_text_cancelled": "{{ company }}: your callback was cancelled by a call from this number. If "
    "that was not you, please call {{ number }}.",
}


def _numbers() -> dict[str, str]:
    units = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    teens = [
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    found = {word: str(number) for number, word in enumerate((*units, *teens))}
    for ten, word in enumerate(tens, 2):
        found[word] = f"{ten}0"
        found |= {f"{word} {unit}": f"{ten}{number}" for number, unit in enumerate(units) if number}
    return {**found, "oh": "0", "o": "0", "nought": "0", "naught": "0", "niner": "9"}


SPEECH = SpokenForms(
    person=listed(
        "agent, agents, person, persons, people, human, humans, human being, human beings, operator, "
        "operators, representative, representatives, rep, reps, someone, somebody, anyone, anybody, "
        "advisor, advisors, adviser, advisers, assistant, assistants, associate, associates, consultant, "
        "consultants, attendant, attendants, receptionist, receptionists, clerk, clerks, employee, "
        "employees, staff member, staff members, member of staff, team member, team members, live person, "
        "real person, customer service representative, customer service rep, customer service agent, call "
        "center agent, specialist, specialists, expert, experts, colleague, colleagues, dispatcher, csr, "
        "human voice, switchboard, to a robot, to a machine, to a computer, to a bot, to a recording, with "
        "a robot, with a machine, with a computer, with a bot"
    ),
    services=listed(
        "customer service, customer services, customer support, customer care, client services, support "
        "team, help desk, helpdesk, service desk, front desk, reception, call center, "
        "support, tech support, technical support"
    ),
    supervisor=listed(
        "supervisor, supervisors, manager, managers, boss, bosses, superior, superiors, team leader, team "
        "leaders, team lead, team leads, shift leader, shift leaders, person in charge, someone in charge, "
        "somebody in charge, whoever is in charge, somebody higher up, someone higher up"
    ),
    verbs=listed(
        "speak, speaking, talk, talking, chat, connect, transfer, put me through, get me, give me, want, "
        "wanna, need, let me have"
    ),
    around=listed(
        "i, i'd, i'll, we, we'd, want, wanna, need, would, like, love, prefer, to, speak, speaking, talk, "
        "talking, chat, with, a, an, the, one, of, your, their, please, can, could, may, might, must, you, "
        "me, us, get, give, let, have, got, gotta, put, through, connect, transfer, call, hello, hi, hey, "
        "good morning, real, live, actual, now, right, immediately, just, really, actually, some, another, "
        "any, other, is, there, help, helps, for, yes, no, yeah, uh, um, er, okay, ok, thanks, thank, from, "
        "at, on, who, not, don't, do, robot, robots, machine, machines, again, instead, directly, only, "
        "and, if, possible, possibly, asap, that, this, it, in, phone, first, well, so, listen, damn, "
        "bloody, sorry, take, hear, hand, over"
    ),
    numbers=_numbers(),
    times={"double": 2, "triple": 3, "treble": 3},
    ordinals=dict(
        zip(
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
            "123456789",
            strict=True,
        )
    ),
    signs={
        "pound": "#",
        "hash": "#",
        "hashtag": "#",
        "pound sign": "#",
        "pound key": "#",
        "hash key": "#",
        "star": "*",
        "asterisk": "*",
        "star key": "*",
    },
    fillers=listed(
        "uh, uhm, um, erm, er, ah, hm, hmm, mm, it's, its, it, is, that's, that, this, the, my, number, "
        "code, order, okay, ok, well, so, please, yes, yeah, sure, here, here's, and, then, be, would, i, "
        "have, think, dash, hyphen, space, thanks, thank you"
    ),
    choosing=listed(
        "press, pressing, option, number, choice, key, button, select, choose, dial, push, hit, go "
        "with, take, i'd like, i want, i'll take, give me, to, i choose, i pick, pick, let's do, menu"
    ),
    yes=listed(
        "yes, yeah, yep, yup, yes sir, yes ma'am, correct, right, that's right, sure, of course, exactly, "
        "okay, ok, true, affirmative, absolutely, i agree, i do, agreed, fine, perfect, uh huh, looks good, "
        "sounds good, definitely, certainly, you bet, by all means, it is, it does, i would, i will, go "
        "ahead, please do, mm hmm, that works, you got it, aye, why not, no problem, not a problem, no "
        "doubt, not wrong"
    ),
    no=listed(
        "no, nope, nah, not, wrong, incorrect, negative, false, don't, uh uh, no way, never, "
        "isn't, wasn't, doesn't, didn't, won't, can't, cannot, ain't, disagree, rather not"
    ),
    unsure=listed(
        "don't know, do not know, didn't know, dunno, not sure, not really sure, not certain, not so sure, "
        "no idea, no clue, maybe, perhaps, maybe not, don't understand, do not understand, didn't "
        "understand, not understand, didn't hear, didn't catch, didn't get, can't hear, cannot hear, don't "
        "remember, can't remember, say again, say that again, repeat, yes and no, no wait"
    ),
    hints=(
        "agent",
        "person",
        "human",
        "operator",
        "representative",
        "someone",
        "customer service",
        "supervisor",
        "manager",
    ),
    hundred=listed("hundred"),
)

ENGLISH = Language(
    code="en",
    phrases=PHRASES,
    speech=SPEECH,
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
