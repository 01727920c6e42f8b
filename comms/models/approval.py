"""The kind of mail that asks for a second pair of eyes."""

from typing import Final

APPROVAL: Final = "approval"
PAPER: Final = "paper"  # and the one that asks to bring something to somebody
