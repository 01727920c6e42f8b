"""The most memory that releasing and pumping an issue takes, for a number of people."""

import json
import resource
import sys

import django

django.setup()

# ruff: noqa: E402
from bench.data import fill
from bench.sending import release
from comms.jobs import run_pump
from comms.models import Lane


def peak() -> float:
    """Return the most this process has held, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def main(act: str, people: int) -> None:
    if act == "fill":
        fill(partners=200, people=people, tasks=1000)
        result: object = None
    elif act == "release":
        from members.models import Coalition  # noqa: PLC0415

        release(Coalition.objects.get(), by="person0@host0.example")
        result = peak()
    else:
        sent = run_pump(Lane.BULK, until_idle=True).sent
        assert sent == people, sent
        result = peak()
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
