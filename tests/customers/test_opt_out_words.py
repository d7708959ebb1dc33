"""What people write to be left alone, and what only looks like it."""

import pytest

from ivr.customers.opt_out_words import STOP, cancels, opt_out_wish, says_more

REFUSALS = """
please stop texting me
NO MORE!!!
No more text messages
please no more texts
pls stop msging me
STOPPP!!!!
S T O P
stop 🛑
"STOP"
ok stop
No thank you, stop
Hi please stop
I said STOP!
Reply STOP
Not interested, please stop
Wrong person, stop
wrong number, please remove me
you have the wrong number stop texting
Stop - John
Please stop. I never signed up for this
Stop texting me!!! I've asked you before
stop messaging me or I'll report you
can you stop texting me?
Could you please take me off this list?
Please remove my number from your texting list
delete my number
lose my number
Do not text this number again
Don't ever text me again
Please do not send me any more texts
I do not want to receive text messages
stop spamming me
turn off notifications
stop with these texts
cease and desist
I withdraw my consent
bitte stoppen
Hör auf
hören sie bitte auf mir zu schreiben
Ich möchte keine Nachrichten mehr bekommen
Keine SMS mehr senden
Bitte melden Sie mich ab
Bitte löschen Sie meine Nummer
baja
quiero darme de baja
Dar de baja
deme de baja por favor
NO MÁS
ya no quiero mensajes
ya no me manden mensajes
dejen de molestar
para ya
borren mi número
arrêtez de m'envoyer des messages
Je ne veux plus recevoir de SMS
désabonnez-moi
supprimez mon numéro
retirez-moi de la liste
""".strip().splitlines()
OTHERS = """
don't stop
please don't stop
Please do not stop sending me texts
I can't stop by today
stop by tomorrow?
when does it stop?
Can you stop?
Can you stop the delivery?
please stop my order
my card was stolen, stop it
stop payment on check 1234
last stop
the end
the end of the month
Cancel, I am ill
Quit, I was told, is not possible
please cancel my appointment for tomorrow
don't unsubscribe me
I do not want to opt out
please don't remove me
remove the item from my order
delete my order
I got no text messages
no messages
I don't want the blue one
no more questions
leave me a message
don't text, call
text me
never text me after 9pm
how do I unsubscribe?
nicht abmelden
nicht aufhören
no quiero darme de baja
ya no
para mañana
elimina
no pare
ne vous arrêtez pas
arrêt de bus
fin du mois
""".strip().splitlines()


@pytest.mark.parametrize("body", REFUSALS)
def test_whoever_wants_to_be_left_alone_is(body):
    assert opt_out_wish(body) == STOP


@pytest.mark.parametrize("body", OTHERS)
def test_what_only_looks_like_a_refusal_is_read_by_people(body):
    assert opt_out_wish(body) == ""


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("STOP", False),
        ("please stop texting me!", False),
        ("Wrong person, stop", False),
        ("Do not text me, call me", True),
        ("Please stop. I never signed up for this", True),
    ],
)
def test_a_refusal_that_says_more_is_read_by_people_too(body, more):
    assert (opt_out_wish(body), says_more(body)) == (STOP, more)


@pytest.mark.parametrize(
    "body",
    [
        "please don't call me back",
        "I don't need the callback anymore",
        "no callback needed",
        "stop calling me",
        "Bitte nicht mehr zurückrufen",
        "ich brauche keinen Rückruf mehr",
        "ya no necesito la llamada",
        "ne me rappelez pas",
    ],
)
def test_a_callback_is_cancelled_by_asking_not_to_call(body):
    assert cancels(body) and opt_out_wish(body) == ""
