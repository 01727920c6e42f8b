"""Replies as real programs write them, made up; what each is taken for stands beside it."""

from base64 import b64encode
from dataclasses import dataclass, field
from quopri import encodestring

TO = "reply+TOKEN@coalition.example.org"
FROM = "Amina Duarte <amina@tenants.example.org>"
ASKED = """Hello Amina,

how does it go? It takes a minute.

What moved?
What is in the way?
What would help?
"""
QUOTED = "\n".join(f"> {line}".rstrip() for line in ASKED.splitlines())


@dataclass(frozen=True)
class Sample:
    """A message and what is taken out of it: an answer, or why it is none."""

    name: str
    raw: bytes
    says: dict[str, str] = field(default_factory=dict)
    automatic: str = ""
    nothing: bool = False


def mail(
    body: str | bytes, *more: str, kind: str = "text/plain; charset=utf-8"
) -> bytes:
    head = {
        "From": FROM,
        "To": TO,
        "Subject": "Re: How does it go?",
        "Message-ID": "<1@mail.example.org>",
        "MIME-Version": "1.0",
        "Content-Type": kind,
    }
    for line in more:
        name, _colon, value = line.partition(": ")
        head[name] = value
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    payload = body if isinstance(body, bytes) else body.encode()
    return lines.encode() + b"\r\n" + payload


def alternative(plain: str, html: str) -> bytes:
    parts = f"""--b1
Content-Type: text/plain; charset=utf-8

{plain}
--b1
Content-Type: text/html; charset=utf-8

{html}
--b1--
"""
    return mail(parts, kind='multipart/alternative; boundary="b1"')


def html(body: str) -> bytes:
    return mail(f"<html><body>{body}</body></html>", kind="text/html; charset=utf-8")


SAID = {"progress": "We booked the hall."}
QUESTION = "Whose voice did you miss?"
ALL = {
    "progress": "12 homes.",
    "hurdle": "The car.",
    "ask": "A hall.",
    "answer": "Night shift workers.",
    "win": "We won.",
    "confidence": "4",
}
BIG = b64encode(bytes(5 * 1024 * 1024))

PLAIN = [
    Sample("plain", mail("We booked the hall.\n"), SAID),
    Sample("empty", mail("\n \n")),
    Sample("only a quote", mail(QUOTED)),
    Sample(
        "top-quoted, Gmail",
        mail(
            "We booked the hall.\n\nOn Mon, Jun 1, 2026 at 9:00 AM Harbor Coalition <\n"
            f"updates@example.org> wrote:\n\n{QUOTED}\n"
        ),
        SAID,
    ),
    Sample(
        "Gmail in Spanish, over two lines",
        mail(
            "We booked the hall.\n\nEl lun, 1 jun 2026 a las 9:00, Harbor Coalition (<\n"
            f"updates@example.org>) escribió:\n\n{QUOTED}\n"
        ),
        SAID,
    ),
    Sample(
        "Apple Mail",
        mail(
            "We booked the hall.\n\n> On 1 Jun 2026, at 09:00, Harbor "
            f"<updates@example.org> wrote:\n> \n{QUOTED}\n"
        ),
        SAID,
    ),
    Sample(
        "Apple Mail in Spanish",
        mail(
            "We booked the hall.\n\nEnviado desde mi iPhone\n\n"
            f"> El 1 jun 2026, a las 9:00, Harbor escribió:\n> \n{QUOTED}\n"
        ),
        SAID,
    ),
    Sample(
        "bottom-quoted",
        mail(f"On Mon, Jun 1, 2026, Harbor wrote:\n{QUOTED}\n\nWe booked the hall.\n"),
        SAID,
    ),
    Sample(
        "Outlook",
        mail(
            "We booked the hall.\r\n\r\n________________________________\r\n"
            "From: Harbor <updates@example.org>\r\nSent: Monday, June 1, 2026\r\n"
            f"To: Amina\r\nSubject: How does it go?\r\n\r\n{ASKED}"
        ),
        SAID,
    ),
    Sample(
        "Outlook in Spanish",
        mail(
            "We booked the hall.\n\nDe: Harbor <updates@example.org>\n"
            "Enviado el: lunes, 1 de junio de 2026 9:00\nPara: Amina\n"
            f"Asunto: ¿Cómo va?\n\n{ASKED}"
        ),
        SAID,
    ),
    Sample(
        "Outlook, original message",
        mail(f"We booked the hall.\n\n-----Original Message-----\nFrom: x\n\n{ASKED}"),
        SAID,
    ),
    Sample(
        "mensaje original",
        mail(f"We booked the hall.\n\n-----Mensaje original-----\nDe: x\n\n{ASKED}"),
        SAID,
    ),
    Sample(
        "above our mark",
        mail(f"We booked the hall.\n\n- - 8< - - Please answer above\n\n{ASKED}"),
        SAID,
    ),
    Sample(
        "with a signature",
        mail("We booked the hall.\n\n-- \nAmina Duarte\nTenants' Union\n+1 555 0100\n"),
        SAID,
    ),
    Sample(
        "from a phone",
        mail("We booked the hall.\n\nGet Outlook for Android<https://aka.example>\n"),
        SAID,
    ),
    Sample(
        "a sentence that begins like a quote",
        mail("On Monday we met.\nFrom: nobody in particular came.\n"),
        {"progress": "On Monday we met.\nFrom: nobody in particular came."},
    ),
]
SPLIT = [
    Sample(
        "by headings",
        mail(
            "What moved: the hall is booked.\n\nWhat is in the way?\nThe permit.\n"
            "It takes weeks.\n\nWhat would help: a lawyer\n"
        ),
        {
            "progress": "the hall is booked.",
            "hurdle": "The permit.\nIt takes weeks.",
            "ask": "a lawyer",
        },
    ),
    Sample(
        "by headings in Spanish",
        mail("¿Qué avanzó?\nLa sala.\n\n*Obstáculos:* el permiso\n\nPetición: nada\n"),
        {"progress": "La sala.", "hurdle": "el permiso"},
    ),
    Sample(
        "by numbers",
        mail("1. The hall is booked\n2) no\n3: a lawyer\nwho knows permits\n"),
        {"progress": "The hall is booked", "ask": "a lawyer\nwho knows permits"},
    ),
    Sample(
        "by three paragraphs",
        mail("The hall.\n\nThe permit.\n\nA lawyer.\n"),
        {"progress": "The hall.", "hurdle": "The permit.", "ask": "A lawyer."},
    ),
    Sample(
        "two paragraphs are one answer",
        mail("The hall.\n\nAnd the band.\n"),
        {"progress": "The hall.\n\nAnd the band."},
    ),
    Sample(
        "by every heading of the mail",
        mail(
            "What moved since last time?\n12 homes.\n\nWhat is in the way?\nThe car.\n\n"
            "What would help?\nA hall.\n\nWhose voice did you miss?\n"
            "Night shift workers.\n\nSomething to celebrate?\nWe won.\n\n"
            "How sure are you that we get there? (1 to 5)\n4\n"
        ),
        ALL,
    ),
    Sample(
        "by every heading, in Spanish",
        mail(
            "¿Qué ha avanzado desde la última vez?\n12 homes.\n¿Qué lo impide?\nThe car."
            "\n¿Qué ayudaría?\nA hall.\n¿Whose voice did you miss?\nNight shift workers."
            "\n¿Algo que celebrar?\nWe won.\n"
            "¿Cuánto confías en que lo lograremos? (de 1 a 5)\n4 de 5\n"
        ),
        ALL,
    ),
    Sample(
        "by all numbers",
        mail(
            "1. 12 homes.\n2. The car.\n3. A hall.\n4. Night shift workers.\n"
            "5. We won.\n6. 4\n"
        ),
        ALL,
    ),
    Sample(
        "by a paragraph each",
        mail(
            "12 homes.\n\nThe car.\n\nA hall.\n\nNight shift workers.\n\nWe won.\n\n"
            "Confidence: 4\n"
        ),
        ALL,
    ),
    *(
        Sample(
            f"sure: {words}",
            mail(f"We booked the hall.\n{words}\n"),
            {**SAID, "confidence": "4"},
        )
        for words in ("Confidence: 4", "Confianza: 4 de 5", "4/5", "confidence 4 / 5")
    ),
    Sample(
        "sure, in words",
        mail("Win: a van\nHow sure are you that we get there?\nMore than I was.\n"),
        {"win": "a van", "progress": "More than I was."},
    ),
    Sample(
        "no level",
        mail("We did 4/5 of it.\n4/5\nConfidence grows.\n"),
        {"progress": "We did 4/5 of it.\n4/5\nConfidence grows."},
    ),
    Sample(
        "yes or no",
        mail("What moved?\nHomes.\nWhose voice did you miss?\nNone\nWin: n/a\n"),
        {"progress": "Homes.", "answer": "None"},
    ),
    Sample(
        "no to some of it",
        mail(
            "What moved?\nHomes.\nWhat is in the way?\nNothing\nWhat would help?\n"
            "Not really\nSomething to celebrate?\nn/a\n"
        ),
        {"progress": "Homes."},
    ),
    Sample(
        "no to some of it, in Spanish",
        mail("Avances: dos casas\n¿Qué lo impide?\nNinguno\nAyuda: -\nLogro: nada aún"),
        {"progress": "dos casas"},
    ),
    Sample("nothing", mail("Nothing this time.\n"), nothing=True),
    Sample("nada", mail(f"Nada\n\nEl lun, Harbor escribió:\n{QUOTED}"), nothing=True),
]
BETWEEN = {
    "progress": "We visited 12 homes.",
    "hurdle": "The car broke.",
    "ask": "A car.",
}
INLINE = [
    Sample(
        "inline",
        mail(
            "> What moved since last time?\nWe visited 12 homes.\n"
            "> What is in the way?\nThe car broke.\n> What would help?\nA car.\n"
        ),
        BETWEEN,
    ),
    Sample(
        "inline, the whole mail quoted, in Spanish",
        mail(
            "El lun, 1 jun 2026, Harbor escribió:\n\n> Hola Amina:\n>\n"
            "> - - 8< - -\n> *¿Qué ha avanzado desde la última vez?*\n>\n\n"
            "We visited 12 homes.\n\n>\n> ¿Qué lo impide?\n\nThe car broke.\n\n"
            "> ¿Qué ayudaría?\nA car.\n\nGracias,\nAmina\n\n> Responde en un minuto:\n"
            "> https://example.org/x\n"
        ),
        BETWEEN,
    ),
    Sample(
        "inline, some left out and one wrapped",
        mail(
            f"{QUOTED}\n> Whose voice did\n> you miss?\n\nNight shift workers.\n\n"
            "> Something to celebrate?\n> How sure are you that we get there? (1 to 5)\n"
            "4\n> Answer in a minute\n"
        ),
        {"answer": "Night shift workers.", "confidence": "4"},
    ),
    Sample(
        "inline, one prompt alone",
        mail("> What is in the way?\n\nThe car broke.\n"),
        {"hurdle": "The car broke."},
    ),
    Sample(
        "a word of another's that is also a prompt",
        mail("We booked the hall.\n\n> They shouted\n> help\n> and left.\n"),
        SAID,
    ),
    Sample(
        "inline, HTML",
        html(
            '<blockquote type="cite"><p>Hello Amina,</p><table><tr><td>What moved since '
            "last time?</td></tr></table></blockquote><p>We visited 12 homes.</p>"
            '<blockquote type="cite"><p>What is in the <b>way</b>?</p></blockquote>'
            "<div>The car broke.</div><blockquote>What would help?<br></blockquote>A car."
            "<blockquote>Answer in a minute</blockquote>"
        ),
        BETWEEN,
    ),
    Sample(
        "behind a quote in its line",
        html(
            '<span class="gmail_attr">On Mon, Harbor wrote:</span>We booked the hall.'
        ),
        SAID,
    ),
    Sample(
        "inline, HTML in Spanish",
        html(
            '<div class="moz-cite-prefix">El 1/6/26, Harbor escribió:</div>'
            "<blockquote><p>¿Qué ha avanzado desde la última vez?</p></blockquote>"
            "<p>We visited 12 homes.</p><blockquote><p>¿Qué lo impide?</p></blockquote>"
            "<p>The car broke.</p><blockquote><p>¿Qué ayudaría?</p></blockquote>"
            "<p>A car.</p>"
        ),
        BETWEEN,
    ),
]
HTML = [
    Sample(
        "HTML only",
        html("<p>We booked<br>\n the   hall.</p>"),
        {"progress": "We booked\nthe hall."},
    ),
    Sample(
        "HTML from Gmail",
        html(
            '<div dir="ltr">We booked the hall.</div><br><div class="gmail_quote '
            'gmail_quote_container"><div class="gmail_attr">On Mon wrote:</div>'
            "<blockquote>What moved?</blockquote></div>"
        ),
        SAID,
    ),
    Sample(
        "HTML from Outlook",
        html(
            "<style>p {color: red}</style><p>We booked the hall.</p>"
            '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> x'
            "</div><div>What moved?</div>"
        ),
        SAID,
    ),
    Sample(
        "HTML from Thunderbird",
        html(
            '<p>We booked the hall.</p><div class="moz-cite-prefix">El 1/6/26, Harbor '
            'escribió:</div><blockquote type="cite"><p>What moved?</p></blockquote>'
        ),
        SAID,
    ),
    Sample(
        "both parts",
        alternative("We booked the hall.", "<p>something <b>else</b></p>"),
        SAID,
    ),
    Sample(
        "an empty plain part",
        alternative("  \n", "<p>We booked the hall.</p>"),
        SAID,
    ),
]
BROKEN = [
    Sample("no header", b"We booked the hall."),
    Sample("no byte", b""),
    Sample("noise", bytes(range(256)) * 40),
    Sample(
        "wrong charset",
        mail("Reservé la sala".encode("cp1252"), kind="text/plain; charset=utf-8"),
        {"progress": "Reservé la sala"},
    ),
    Sample(
        "unknown charset",
        mail("We booked the hall.", kind="text/plain; charset=klingon-8"),
        SAID,
    ),
    Sample(
        "quoted-printable",
        mail(
            encodestring("Reservé la sala".encode()),
            "Content-Transfer-Encoding: quoted-printable",
        ),
        {"progress": "Reservé la sala"},
    ),
    Sample(
        "broken base64",
        mail(
            b64encode(b"We booked the hall.") + b"\r\n!!\r\n",
            "Content-Transfer-Encoding: base64",
        ),
        SAID,
    ),
    Sample("no such boundary", mail("x", kind='multipart/mixed; boundary="gone"')),
    Sample("boundary without a name", mail("x", kind="multipart/alternative")),
    Sample(
        "unclosed parts",
        mail(
            "--b\nContent-Type: text/plain\n\nWe booked the hall.\n",
            kind='multipart/mixed; boundary="b"',
        ),
        SAID,
    ),
    Sample(
        "hostile headers",
        mail(
            "We booked the hall.",
            "Subject: =?utf-8?b?//8=?= =?x?q?=FF?=",
            "Cc: ((((,<<>>@@;:",
            "Content-Disposition: inline; filename*=utf-8''%FF%00",
        ),
        SAID,
    ),
    Sample("unclosed HTML", html("<p>We booked the hall.<div <b"), SAID),
    Sample(
        "5 MiB attached",
        mail(
            b"--b\nContent-Type: text/plain\n\nWe booked the hall.\n--b\n"
            b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n"
            b"Content-Disposition: attachment; filename=a.png\n\n" + BIG + b"\n--b--\n",
            kind='multipart/mixed; boundary="b"',
        ),
        SAID,
    ),
    Sample(
        "an attached text is no answer",
        mail(
            "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nNotes\n"
            "--b\nContent-Type: text/html\n\n<p>We booked the hall.</p>\n--b--\n",
            kind='multipart/mixed; boundary="b"',
        ),
        SAID,
    ),
]
MACHINES = [
    Sample(
        "out of office",
        mail("x", "Auto-Submitted: auto-replied"),
        automatic="auto_reply",
    ),
    Sample(
        "vacation",
        mail("x", "Subject: Out of Office: until Monday"),
        automatic="auto_reply",
    ),
    Sample(
        "fuera de la oficina",
        mail("x", "Subject: Fuera de la oficina"),
        automatic="auto_reply",
    ),
    Sample(
        "respuesta automática",
        mail("x", "Subject: Respuesta automática: ¿Cómo va?"),
        automatic="auto_reply",
    ),
    Sample(
        "encoded subject",
        mail("x", "Subject: =?utf-8?q?Respuesta_autom=C3=A1tica?="),
        automatic="auto_reply",
    ),
    Sample(
        "Exchange",
        mail("x", "Subject: Automatic reply: How does it go?"),
        automatic="auto_reply",
    ),
    Sample("old autoresponder", mail("x", "X-Autoreply: yes"), automatic="auto_reply"),
    Sample("precedence", mail("x", "Precedence: auto_reply"), automatic="auto_reply"),
    Sample("bulk", mail("x", "Precedence: bulk"), automatic="list"),
    Sample("list", mail("x", "List-Id: <a.example.org>"), automatic="list"),
    Sample("null return path", mail("x", "Return-Path: <>"), automatic="bounce"),
    Sample(
        "mailer-daemon",
        mail("x", "From: MAILER-DAEMON@example.org"),
        automatic="bounce",
    ),
    Sample(
        "undeliverable",
        mail("x", "Subject: Undeliverable: How does it go?"),
        automatic="bounce",
    ),
    Sample(
        "no entregado",
        mail("x", "Subject: No se puede entregar: ¿Cómo va?"),
        automatic="bounce",
    ),
    Sample(
        "delivery report",
        mail(
            "--b\nContent-Type: text/plain\n\nWe booked the hall.\n--b--\n",
            kind='multipart/report; report-type=delivery-status; boundary="b"',
        ),
        automatic="bounce",
    ),
    Sample("our own mail", mail("x", "From: updates@example.org"), automatic="loop"),
]
CORPUS = [*PLAIN, *SPLIT, *INLINE, *HTML, *BROKEN, *MACHINES]
