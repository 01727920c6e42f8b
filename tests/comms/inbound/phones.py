"""Replies as people tap them on a phone: greeted, signed, and with what its program adds."""

from tests.comms.inbound.corpus import ASKED, QUOTED, SAID, Sample, mail

IN_ORDER = {"progress": "Two schools.", "hurdle": "No van.", "ask": "A driver."}

PHONES = [
    Sample(
        "greeted and signed",
        mail(
            "Hi Rosa,\n\nWe booked the hall.\n\nBest,\nAmina\n\nSent from my iPhone\n"
        ),
        SAID,
    ),
    Sample(
        "greeted and signed, in Spanish",
        mail(
            "Hola Rosa:\n\nWe booked the hall.\n\nUn abrazo,\nAmina\n\n"
            "Enviado desde mi iPhone\n\nEl 26 nov 2026, a las 18:40, Harbor "
            f"<updates@example.org> escribió:\n\n{QUOTED}\n"
        ),
        SAID,
    ),
    Sample(
        "greeted, three paragraphs, signed",
        mail("Hola!\n\nTwo schools.\n\nNo van.\n\nA driver.\n\nSaludos\nAmina\n"),
        IN_ORDER,
    ),
    Sample(
        "greeted in the line above",
        mail("Buenas tardes, Rosa:\nWe booked the hall. ¡Gracias!\n"),
        {"progress": "We booked the hall. ¡Gracias!"},
    ),
    Sample(
        "what begins like a greeting",
        mail("Hey we won\n\nNo van.\n\nA driver.\n"),
        {"progress": "Hey we won", "hurdle": "No van.", "ask": "A driver."},
    ),
    Sample("a greeting and no more", mail("Hola Rosa\n"), {"progress": "Hola Rosa"}),
    Sample("thanks and no more", mail("Thanks!\n"), {"progress": "Thanks!"}),
    Sample(
        "Yahoo on a phone",
        mail(
            "We booked the hall.\n\nYahoo Mail: Search, Organize, Conquer \n \n  On Thu, "
            "Nov 26, 2026 at 6:40 PM, Harbor<updates@example.org> wrote:   Hello Amina,\n"
            f"\n{ASKED}"
        ),
        SAID,
    ),
    Sample(
        "Yahoo on a phone, in Spanish",
        mail(
            "We booked the hall.\n\nEnviado desde Yahoo Mail para Android \n \n  El jue., "
            "26 de nov. de 2026 a la(s) 6:40 p. m., Harbor<updates@example.org> escribió: "
            f"  Hola Amina\n\n{ASKED}"
        ),
        SAID,
    ),
    Sample(
        "a mark that nobody sees",
        mail(
            "We booked the hall.\n\nOn Nov 26, 2026, at 6:40\u202fPM, Harbor "
            f"<updates@example.org> wrote:\n\n\ufeff\n{QUOTED}\n"
        ),
        SAID,
    ),
    *(
        Sample(
            f"nothing: {words}", mail(words + "\n\nSent from my Galaxy\n"), nothing=True
        )
        for words in (
            "Nothing to report.",
            "Nope, nothing new",
            "Nothing this time, thanks!",
            "No updates yet",
            "Nada esta vez, gracias",
            "Nada nuevo por ahora 👍",
            "No hay novedades de momento",
            "Nothing to report this week, sorry!",
            "Sin novedades, un saludo",
            "No",
            "n/a",
            "What moved?\nNothing\nWhat is in the way?\nNot really\nWin: -",
            "Hola Rosa,\n\nnada que contar.\n\nSaludos,\nAmina",
        )
    ),
    *(
        Sample(f"something: {words}", mail(words), {"progress": words})
        for words in (
            "Nothing works without a van",
            "Nothing but the permit is missing",
            "No van",
            "Nada nuevo, salvo que firmaron dos escuelas",
            "No hay nada que celebrar, nos quitaron la sala",
        )
    ),
]
