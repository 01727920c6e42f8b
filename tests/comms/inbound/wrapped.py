"""Replies in HTML alone, answered amid what Gmail, Yahoo or Proton wraps as the quote."""

from tests.comms.inbound.corpus import BETWEEN, SAID, Sample, html

WRAPPERS = ("gmail_quote gmail_quote_container", "yahoo_quoted", "protonmail_quote")
ATTRIBUTION = '<div class="gmail_attr">On Mon, Harbor &lt;a@b.org&gt; wrote:<br></div>'


def quoted(text: str) -> str:
    return f'<blockquote class="gmail_quote" type="cite">{text}</blockquote>'


def wrapped(inside: str, wrapper: str = WRAPPERS[0], above: str = "") -> bytes:
    return html(f'{above}<div class="{wrapper}">{ATTRIBUTION}{inside}</div>')


ASKED = "<p>Hello Amina,</p><p>What moved since last time?</p>"
MORE = "<td>What is in the <b>way</b>?</td>"
LAST = "<p>What would help?</p>"
END = "<p>Answer in a minute</p>"
WRAPPED = [
    *(
        Sample(
            f"inline amid {wrapper}",
            wrapped(
                f"{quoted(ASKED)}<div><br></div><div>We visited 12 homes.</div>"
                f"{quoted(MORE)}The car broke.{quoted(LAST)}<p>A car.</p>{quoted(END)}",
                wrapper,
            ),
            BETWEEN,
        )
        for wrapper in WRAPPERS
    ),
    Sample(
        "inline amid the quote, of several lines, and none below the last",
        wrapped(
            f"{quoted(ASKED)}<div>12 homes.</div><div><br></div><ul><li>Two with a "
            f"lift</li></ul>{quoted(MORE)}<div>The car.</div>{quoted(LAST + END)}"
        ),
        {"progress": "12 homes.\n\nTwo with a lift", "hurdle": "The car."},
    ),
    Sample(
        "inline amid the quote, and words above it",
        wrapped(
            f"{quoted(ASKED + MORE)}<div>The car.</div>{quoted(LAST)}A car.",
            above="<div>We booked the hall.</div><br>",
        ),
        {**SAID, "hurdle": "The car.", "ask": "A car."},
    ),
    Sample(
        "inline amid the quote, one prompt of several",
        wrapped(f"{quoted(ASKED + MORE)}<div>The car.</div>{quoted(LAST + END)}"),
        {"hurdle": "The car."},
    ),
    Sample(
        "below the whole quote, in its wrapper",
        wrapped(f"{quoted(ASKED + MORE + LAST)}<div>We booked the hall.</div>"),
        SAID,
    ),
    *(
        Sample(
            f"above {wrapper}, which has no block of its own",
            wrapped(
                f"<div>{ASKED}<p>{MORE}</p>{LAST}{END}</div>",
                wrapper,
                above="<div>We booked the hall.</div><br>",
            ),
            SAID,
        )
        for wrapper in WRAPPERS
    ),
    Sample(
        "above a quote that goes on below no prompt",
        wrapped(
            f"{quoted(ASKED + END)}<div>Not mine.</div>{quoted(LAST + END)}<p>Nor this",
            above="<div>We booked the hall.</div><br>",
        ),
        SAID,
    ),
    Sample(
        "above what quotes an older answer",
        wrapped(
            quoted(
                f'{ASKED}<div class="{WRAPPERS[0]}">{quoted(ASKED)}Old.{quoted(LAST)}'
                "Older.</div>"
            ),
            above="<div>We booked the hall.</div><br>",
        ),
        SAID,
    ),
    Sample(
        "amid a quote that ends nowhere",
        html(
            f'We booked the hall.<div class="{WRAPPERS[0]}"><blockquote></div></div>'
            "<blockquote><style></blockquote>What moved?</blockquote>Never seen"
        ),
        SAID,
    ),
]
