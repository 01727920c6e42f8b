"""Reports of messages that came back, in the shapes that mail systems write them.

FROM_US, ID and TO stand for the sender in the envelope, the Message-ID and the
recipient of the message that is meant.
"""

from dataclasses import dataclass

from comms.models import ReportKind

FROM_US, ID, TO = "FROM-US@x", "ID@x", "amina@tenants.example.org"


@dataclass(frozen=True)
class Sample:
    name: str
    raw: str
    kind: ReportKind | None


def report(
    status: str,
    diagnostic: str,
    *more: str,
    action: str = "failed",
    sender: str = "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    words: str = "I could not deliver your message to one or more recipients.",
    original: str = "",
) -> str:
    """Write a delivery status as RFC 3464 has it."""
    head = "".join(f"{line}\n" for line in more)
    said = f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    return f"""Return-Path: <>
Delivered-To: {FROM_US}
From: {sender}
To: {FROM_US}
Subject: {subject}
Message-ID: <dsn-1@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
{head}Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii
Content-Description: Notification

{words}

--b1
Content-Type: message/delivery-status
Content-Description: Delivery report

Reporting-MTA: dns; mx.example.net
X-Queue-ID: 4F0B1200A1
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000 (UTC)

Final-Recipient: rfc822; {TO}
Original-Recipient: rfc822;{TO}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.tenants.example.org
{said}
--b1
{original or _original()}
--b1--
"""


def _original(kind: str = "message/rfc822") -> str:
    return f"""Content-Type: {kind}
Content-Description: Undelivered Message

Return-Path: <{FROM_US}>
Message-ID: <{ID}>
From: Harbor <updates@example.org>
To: Amina <{TO}>
Subject: What moved in the harbor

Good day
"""


HEADS_ONLY = _original("text/rfc822-headers")
HARD = [
    Sample(
        "postfix, no such user",
        report(
            "5.1.1",
            f"550 5.1.1 <{TO}>: Recipient address rejected: User unknown in virtual mailbox table",
        ),
        ReportKind.HARD,
    ),
    Sample(
        "gmail",
        report(
            "5.1.1",
            "550-5.1.1 The email account that you tried to reach does not exist. Please\n"
            " try 550-5.1.1 double-checking the recipient's email address for typos or\n"
            " 550 5.1.1 unnecessary spaces. a1-20020a17-si1 - gsmtp",
            f"X-Failed-Recipients: {TO}",
            f"In-Reply-To: <{ID}>",
            f"References: <{ID}>",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            subject="Delivery Status Notification (Failure)",
        ),
        ReportKind.HARD,
    ),
    Sample(
        "exchange online",
        report(
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            sender="postmaster@tenants.example.org",
            subject="Undeliverable: What moved in the harbor",
            original=HEADS_ONLY,
        ),
        ReportKind.HARD,
    ),
    Sample(
        "exchange, in spanish",
        report(
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            sender="Microsoft Outlook <MicrosoftExchange329e71@tenants.example.org>",
            subject="No se puede entregar: What moved in the harbor",
            words="No se pudo entregar el mensaje a Amina. La dirección no existe.",
        ),
        ReportKind.HARD,
    ),
    Sample(
        "outlook.com, a vague status",
        report(
            "5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017)"
        ),
        ReportKind.HARD,
    ),
    Sample(
        "a relay in the cloud",
        report(
            "5.1.1",
            "550 5.1.1 user unknown",
            sender="MAILER-DAEMON@mail.relay.example.com",
            subject="Delivery Status Notification (Failure)",
            words="An error occurred while trying to deliver the mail.",
            original=HEADS_ONLY,
        ),
        ReportKind.HARD,
    ),
    Sample(
        "yahoo, no enhanced code",
        report(
            "5.0.0",
            "554 delivery error: dd This user doesn't have a yahoo.example account (amina) [0]",
        ),
        ReportKind.HARD,
    ),
    Sample(
        "exim, in words",
        f"""Return-path: <>
Envelope-to: {FROM_US}
X-Failed-Recipients: {TO}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: {FROM_US}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tFx0-0001aB-2c@mx.example.net>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {TO}
    host mx.tenants.example.org [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<{TO}>:
    550 5.1.1 <{TO}>: no such user here

------ This is a copy of the message, including all the headers. ------

Return-path: <{FROM_US}>
Message-ID: <{ID}>
Subject: What moved in the harbor: spam in the bay
""",
        ReportKind.HARD,
    ),
    Sample(
        "qmail",
        f"""Return-Path: <>
Delivered-To: {FROM_US}
From: MAILER-DAEMON@mx.example.net
To: {FROM_US}
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{TO}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{FROM_US}>
Message-ID: <{ID}>
""",
        ReportKind.HARD,
    ),
    Sample(
        "an international status",
        report("5.1.1", "550 5.1.1 User unknown")
        .replace("message/delivery-status", "message/global-delivery-status")
        .replace(f"rfc822; {TO}", f"utf-8; {TO}"),
        ReportKind.HARD,
    ),
]
SOFT = [
    Sample(
        "postfix, mailbox full",
        report("5.2.2", "552 5.2.2 Mailbox full: over quota"),
        ReportKind.SOFT,
    ),
    Sample(
        "given up after days",
        report("4.4.1", "", words="connect to mx: Connection timed out"),
        ReportKind.SOFT,
    ),
    Sample(
        "expired",
        report("5.4.7", "554 5.4.7 Delivery expired (message too old)"),
        ReportKind.SOFT,
    ),
    Sample(
        "no such domain",
        report("5.4.4", "Host or domain name not found. Name service error"),
        ReportKind.SOFT,
    ),
    Sample(
        "gmail, out of storage",
        report("4.2.2", "452-4.2.2 The recipient's inbox is out of storage space."),
        ReportKind.SOFT,
    ),
    Sample(
        "a bare code that says nothing", report("5.0.0", "550 Oops"), ReportKind.SOFT
    ),
]
UNWANTED = [
    Sample(
        "spam verdict",
        report("5.7.1", "550 5.7.1 Message rejected as spam by content scanning"),
        ReportKind.REFUSED,
    ),
    Sample(
        "spam verdict under the code of no such user",
        report("5.1.1", "550 5.1.1 Blocked: your IP is on a blacklist"),
        ReportKind.REFUSED,
    ),
    Sample(
        "dmarc",
        report("5.7.26", "550-5.7.26 Unauthenticated email from example.org"),
        ReportKind.REFUSED,
    ),
    Sample(
        "bare spam verdict",
        report("5.0.0", "554 Service unavailable; client blocked using a DNSBL"),
        ReportKind.REFUSED,
    ),
    Sample("too big", report("5.3.4", "552 5.3.4 Too big"), ReportKind.REFUSED),
]


def complaint(feedback: str = "abuse") -> str:
    """Write a complaint as RFC 5965 has it."""
    return f"""Return-Path: <fbl@provider.example>
From: Feedback <fbl@provider.example>
To: abuse@example.org
Subject: FW: What moved in the harbor
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

This is an email abuse report.

--b1
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: ExampleFBL/1.0
Version: 1
Original-Mail-From: <{FROM_US}>
Original-Rcpt-To: <{TO}>
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000

--b1
{_original()}
--b1--
"""


COMPLAINTS = [
    Sample("complaint", complaint(), ReportKind.COMPLAINT),
    Sample("not spam after all", complaint("not-spam"), None),
]
NOTHING = [
    Sample("delayed", report("4.4.1", "", action="delayed"), None),
    Sample("delivered", report("2.0.0", "250 2.0.0 Ok", action="delivered"), None),
    Sample("relayed", report("2.0.0", "250 2.0.0 Ok", action="relayed"), None),
    Sample(
        "out of office",
        f"""Return-Path: <>
From: Amina <{TO}>
To: {FROM_US}
Subject: Automatic reply: What moved in the harbor
Auto-Submitted: auto-replied
In-Reply-To: <{ID}>

I am away. If you see "550 5.1.1 User unknown", write to Bob.
""",
        None,
    ),
    Sample(
        "a read receipt",
        report("5.1.1", "550 5.1.1 x")
        .replace("message/delivery-status", "message/disposition-notification")
        .replace("MAILER-DAEMON@mx.example.net (Mail Delivery System)", TO),
        None,
    ),
    Sample("no body at all", f"From: MAILER-DAEMON@x\nTo: {FROM_US}\n\n", None),
    Sample(
        "broken",
        report("5.1.1", "550 5.1.1 x").partition("Reporting-MTA")[0],
        None,
    ),
    Sample(
        "a person's own words",
        f"From: Amina <{TO}>\nTo: {FROM_US}\nSubject: Hello\n\n550 5.1.1 no such user",
        None,
    ),
]
REPORTS = [*HARD, *SOFT, *UNWANTED, *COMPLAINTS, *NOTHING]
