"""The SMTP dialogue, step by step, so that the fence can stand between RCPT and DATA."""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
import time
from datetime import UTC, datetime
from typing import Any, Final, Self, cast
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from comms.sending.replies import Phase, Reply

CONNECT_SECONDS: Final = 10
COMMAND_SECONDS: Final = 60
FINAL_DOT_SECONDS: Final = 600
# Socket time limits start anew at every byte; this one does not.
CONNECTION_SECONDS: Final = 12 * 60
REUSE_SECONDS: Final = 60
REUSE_MESSAGES: Final = 100

_SCHEMES: Final = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
_UNSAFE: Final = re.compile(r"[\x00-\x20<>\x7f]")
_GO_AHEAD: Final = 354
_CLOSING: Final = 421
_REPLY_CODES: Final = range(200, 600)


class _Watched:
    """A link that is cut when its time is over, however slowly its server talks."""

    _watchdog: threading.Timer | None = None

    def _get_socket(self, *where: Any) -> Any:
        opened = super()._get_socket(*where)  # type: ignore[misc]
        self._watchdog = threading.Timer(CONNECTION_SECONDS, self._cut)
        self._watchdog.daemon = True
        self._watchdog.start()
        return opened

    def close(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
        super().close()  # type: ignore[misc]

    def _cut(self) -> None:
        if sock := cast("smtplib.SMTP", self).sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _WatchedSmtp(_Watched, smtplib.SMTP):
    pass


class _WatchedSmtpSsl(_Watched, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    """Django's, whose TLS and login we keep; watched from the greeting on."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSmtpSsl if self.use_ssl else _WatchedSmtp


class SmtpTransport:
    """One connection, reused for a while and dropped at the first trouble."""

    paced = True

    def __init__(self, backend: EmailBackend) -> None:
        self._backend = backend
        self._connected_at = 0.0
        self._messages = 0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read smtp://, smtp+tls:// (STARTTLS, required) or smtp+ssl:// with user:password@."""
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            known = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
            raise ImproperlyConfigured(f"EMAIL_URL must start with one of {known}")
        return cls(
            _Backend(
                host=parts.hostname,
                port=parts.port or _SCHEMES[parts.scheme],
                username=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                use_tls=parts.scheme == "smtp+tls",
                use_ssl=parts.scheme == "smtp+ssl",
                timeout=CONNECT_SECONDS,
            )
        )

    def connect(self) -> Reply:
        if self._backend.connection and self._is_fresh():
            return Reply(250, "", Phase.CONNECT)
        self.close()
        try:
            self._backend.open()
            self._smtp.ehlo_or_helo_if_needed()
        except OSError as error:  # smtplib's own errors are OSErrors too
            self._drop()
            return _connect_refusal(error)
        self._connected_at, self._messages = time.monotonic(), 0
        self._limit(COMMAND_SECONDS)
        return Reply(250, "", Phase.CONNECT)

    def open_message(self, *, envelope_from: str, to: str) -> Reply:
        self._messages += 1
        international = not to.isascii()
        if _UNSAFE.search(to) or (
            international and not self._smtp.has_extn("smtputf8")
        ):
            return Reply(553, "5.6.7 This address cannot be used", Phase.RECIPIENT)
        self._smtp.command_encoding = "utf-8" if international else "ascii"
        options = ["SMTPUTF8"] if international else []
        reply = self._ask(Phase.SENDER, f"MAIL FROM:<{envelope_from}>", *options)
        if reply.ok:
            reply = self._ask(Phase.RECIPIENT, f"RCPT TO:<{to}>")
            if not reply.ok:
                self.reset()
        return reply

    def data(self, content: bytes) -> Reply:
        reply = self._ask(Phase.DATA, "DATA")
        if reply.code != _GO_AHEAD:
            self.reset()
            return reply
        try:
            self._limit(FINAL_DOT_SECONDS)
            self._smtp.send(_stuffed(content))
            code, text = self._smtp.getreply()
            self._limit(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            return Reply(0, _words(error), Phase.END)
        return self._heard(code, text, Phase.END)

    def reset(self) -> None:
        if self._backend.connection:
            self._ask(Phase.DATA, "RSET")

    def close(self) -> None:
        if self._backend.connection:
            self._limit(CONNECT_SECONDS)
            with contextlib.suppress(OSError, smtplib.SMTPException, ValueError):
                self._smtp.quit()
        self._drop()

    @property
    def certificate_ends(self) -> datetime | None:
        """Return until when the server's certificate is good; None without TLS."""
        sock = self._smtp.sock
        ends = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
        if not ends:
            return None
        seconds = ssl.cert_time_to_seconds(str(ends["notAfter"]))
        return datetime.fromtimestamp(seconds, UTC)

    @property
    def _smtp(self) -> smtplib.SMTP:
        return cast("smtplib.SMTP", self._backend.connection)

    def _is_fresh(self) -> bool:
        age = time.monotonic() - self._connected_at
        return age < REUSE_SECONDS and self._messages < REUSE_MESSAGES

    def _ask(self, phase: Phase, *words: str) -> Reply:
        try:
            code, text = self._smtp.docmd(" ".join(words))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            return Reply(0, _words(error), phase)
        return self._heard(code, text, phase)

    def _heard(self, code: int, text: bytes, phase: Phase) -> Reply:
        if code == _CLOSING:
            self._drop()
        if (
            code not in _REPLY_CODES
        ):  # cut short, or not SMTP at all: as good as silence
            self._drop()
            code = 0
        return Reply(code, _decoded(text), phase)

    def _limit(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        for name in ("connection", "_partial_connection"):
            if open_one := getattr(self._backend, name):
                open_one.close()
                setattr(self._backend, name, None)


def _stuffed(content: bytes) -> bytes:
    end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
    return content.replace(b"\r\n.", b"\r\n..") + end


def _connect_refusal(error: OSError) -> Reply:
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        text = error.smtp_error
        words = _decoded(text) if isinstance(text, bytes) else str(text)
        return Reply(error.smtp_code, words, Phase.CONNECT)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Reply(535, f"5.7.0 {_words(error)}", Phase.CONNECT)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Reply(530, f"5.7.0 {_words(error)}", Phase.CONNECT)
    return Reply(0, _words(error), Phase.CONNECT)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\n", " ")[:500]
