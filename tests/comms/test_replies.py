"""Each reply of a server leads to one class, and the class decides what happens."""

import pytest

from comms.sending.replies import Phase, Reply, Verdict, classify

TABLE = (
    (250, "2.0.0 Ok", Phase.END, Verdict.ACCEPTED),
    (250, "Ok", Phase.RECIPIENT, Verdict.ACCEPTED),
    (450, "4.2.1 Mailbox busy", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (451, "Greylisted", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (451, "4.3.0 Try again", Phase.END, Verdict.TRANSIENT_RCPT),
    (452, "4.2.2 Mailbox full", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (552, "5.2.2 Over quota", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (552, "5.2.2 Over quota", Phase.END, Verdict.TRANSIENT_RCPT),
    (552, "Over quota", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (550, "5.4.4 No route to host", Phase.RECIPIENT, Verdict.TRANSIENT_RCPT),
    (421, "4.7.0 Too many", Phase.RECIPIENT, Verdict.TRANSIENT_DOMAIN),
    (421, "Closing", Phase.RECIPIENT, Verdict.TRANSIENT_DOMAIN),
    (421, "4.7.28 Unusual rate", Phase.END, Verdict.TRANSIENT_DOMAIN),
    (451, "4.7.1 Slow down", Phase.RECIPIENT, Verdict.TRANSIENT_DOMAIN),
    (421, "Too busy", Phase.CONNECT, Verdict.TRANSIENT_HOST),
    (421, "Too busy", Phase.SENDER, Verdict.TRANSIENT_HOST),
    (432, "4.3.2 Too many connections", Phase.END, Verdict.TRANSIENT_HOST),
    (
        454,
        "4.7.0 Temporary authentication failure",
        Phase.CONNECT,
        Verdict.TRANSIENT_HOST,
    ),
    (0, "Connection refused", Phase.CONNECT, Verdict.TRANSIENT_HOST),
    (0, "Name or service not known", Phase.CONNECT, Verdict.TRANSIENT_HOST),
    (0, "Connection reset", Phase.RECIPIENT, Verdict.TRANSIENT_HOST),
    (0, "Connection reset", Phase.DATA, Verdict.TRANSIENT_HOST),
    (0, "timed out", Phase.END, Verdict.UNCERTAIN),
    (550, "5.1.1 No such user", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (550, "5.1.10 No such user", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (550, "5.2.1 Disabled", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (501, "5.1.3 Bad address", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (550, "5.1.6 Moved", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (550, "5.1.1 No such user", Phase.END, Verdict.PERMANENT_RCPT),
    (550, "No such user", Phase.RECIPIENT, Verdict.PERMANENT_RCPT),
    (550, "5.7.1 Rejected as spam", Phase.RECIPIENT, Verdict.POLICY),
    (554, "5.7.1 Rejected as spam", Phase.END, Verdict.POLICY),
    (550, "5.4.1 Access denied", Phase.RECIPIENT, Verdict.POLICY),
    (554, "Rejected", Phase.END, Verdict.POLICY),
    (550, "Rejected", Phase.END, Verdict.POLICY),
    (530, "5.7.0 Authentication required", Phase.SENDER, Verdict.CONFIG_ERROR),
    (535, "5.7.8 Bad credentials", Phase.CONNECT, Verdict.CONFIG_ERROR),
    (501, "5.1.7 Bad sender", Phase.SENDER, Verdict.CONFIG_ERROR),
    (550, "5.7.26 Unauthenticated", Phase.END, Verdict.CONFIG_ERROR),
    (550, "5.7.509 DMARC", Phase.END, Verdict.CONFIG_ERROR),
    (554, "No service for you", Phase.CONNECT, Verdict.CONFIG_ERROR),
    (552, "5.3.4 Too big", Phase.END, Verdict.CONTENT_ERROR),
    (552, "5.3.4 Too big", Phase.SENDER, Verdict.CONTENT_ERROR),
    (552, "Too big", Phase.END, Verdict.CONTENT_ERROR),
    (553, "5.6.7 Not this address", Phase.RECIPIENT, Verdict.CONTENT_ERROR),
)


@pytest.mark.parametrize(("code", "text", "phase", "verdict"), TABLE)
def test_a_reply_has_one_class(code, text, phase, verdict):
    assert classify(Reply(code, text, phase)) is verdict


def test_no_refusal_is_taken_for_sent():
    verdicts = {
        classify(Reply(code, "", phase)) for code in range(300, 600) for phase in Phase
    }
    assert Verdict.ACCEPTED not in verdicts
    assert Verdict.UNCERTAIN not in verdicts


def test_only_silence_after_the_content_is_uncertain():
    uncertain = [
        phase for phase in Phase if classify(Reply(0, "", phase)) is Verdict.UNCERTAIN
    ]
    assert uncertain == [Phase.END]
