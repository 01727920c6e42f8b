"""Answers that somebody wrote between the lines of our mail, each below its prompt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comms.inbound.html import AMID
from comms.inbound.prompts import Prompts

_WRAPPED: Final = 4  # lines at most that a mail program makes of one prompt


@dataclass(frozen=True, slots=True)
class _Answered:
    line: int
    prompt: str
    alone: bool  # in its part of the quote
    last: bool  # nothing is quoted below the answer


def is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def with_what_is_amid(lines: Sequence[str], prompts: Prompts) -> Iterator[str]:
    """Take what stands amid a quote as written where it is right below a prompt.

    Elsewhere it stays quoted: not every program puts all that it quotes in a block.
    """
    run: list[int] = []
    answers = False
    for n, line in enumerate(lines):
        if line.startswith(AMID):
            answers = answers or bool(_prompt_at_the_end(lines, run, prompts))
            run = []
            yield line.removeprefix(AMID).lstrip() if answers else line
            continue
        if line.strip(" >"):
            run = [*run[1 - _WRAPPED :], n] if is_quoted(line) else []
            answers = False
        yield line


def answered_inline(lines: Sequence[str], prompts: Prompts) -> dict[int, str]:
    """Map the quoted lines that are prompts, with an answer right below, to these.

    Whoever quotes the whole mail and answers below it answers no prompt alone.
    """
    found = list(_answered(lines, prompts))
    if len(found) == 1 and found[0].last and not found[0].alone:
        return {}
    return {each.line: f"> {each.prompt}" for each in found}


def _answered(lines: Sequence[str], prompts: Prompts) -> Iterator[_Answered]:
    written = [n for n, line in enumerate(lines) if line.strip(" >")]
    quoted = [n for n in written if is_quoted(lines[n])]
    run: list[int] = []
    for n in written:
        if is_quoted(lines[n]):
            run.append(n)
        elif run:
            prompt = _prompt_at_the_end(lines, run, prompts)
            if prompt:
                named = {prompts.heading(_bare(lines[at]))[0] for at in run}
                others = named - {"", prompts.heading(prompt)[0]}
                at = run[-1]
                yield _Answered(at, prompt, not others, at == quoted[-1])
            run = []


def _prompt_at_the_end(lines: Sequence[str], run: list[int], prompts: Prompts) -> str:
    """Return the prompt that a part of the quote ends with, however it was wrapped."""
    for count in range(1, _WRAPPED + 1):
        text = " ".join(_bare(lines[at]) for at in run[-count:])
        named, rest = prompts.heading(text)
        if named and not rest:
            return text
    return ""


def _bare(line: str) -> str:
    return line.lstrip("> ").rstrip()
