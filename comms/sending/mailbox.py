"""A transport for a single machine: each message becomes one file in a folder."""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from coalition.common.disk import sync_folder
from comms.sending.replies import Phase, Reply

_MESSAGE_ID: Final = re.compile(rb"^Message-ID: *(\S+)", re.IGNORECASE | re.MULTILINE)


class MailboxTransport:
    """Write .eml files that are whole or absent; a repeat overwrites the first copy."""

    paced = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._envelope = b""

    def connect(self) -> Reply:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Reply(0, str(error), Phase.CONNECT)
        return Reply(250, "2.0.0 ready", Phase.CONNECT)

    def open_message(self, *, envelope_from: str, to: str) -> Reply:
        envelope = f"Return-Path: <{envelope_from}>\r\nDelivered-To: {to}\r\n"
        self._envelope = envelope.encode()
        return Reply(250, "2.1.5 ok", Phase.RECIPIENT)

    def data(self, content: bytes) -> Reply:
        try:
            self._store(self._envelope + content)
        except OSError as error:
            return Reply(0, str(error), Phase.DATA)
        return Reply(250, "2.0.0 stored", Phase.END)

    def reset(self) -> None:
        self._envelope = b""

    def close(self) -> None:
        pass

    def _store(self, content: bytes) -> None:
        match = _MESSAGE_ID.search(content)
        name = hashlib.sha256(match[1] if match else content).hexdigest()[:32]
        draft = self._folder / f".{name}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / f"{name}.eml")
        sync_folder(self._folder)
