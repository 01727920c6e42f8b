"""When a letter speaks up: the published days of reminders, and what they are about."""

from datetime import date, timedelta
from enum import IntEnum
from typing import Final

DUTIES = "duties"  # the kind of the mail that reminds one person of all that is due
TASK_DONE = "task_done"  # the kind of the mail to those who are to be informed
PART = "part"  # the purpose of the link with which a part is taken or declined
NAMING = "naming"  # the purpose of the link with which a partner names somebody

# Mails leave on two days of the week, so that what comes together is one mail.
MONDAY, THURSDAY = 0, 3
REMINDER_DAYS: Final = (MONDAY, THURSDAY)
BEFORE_DUE: Final = timedelta(days=4)
AFTER_DUE: Final = timedelta(days=1)
LONG_AFTER_DUE: Final = timedelta(days=8)
ASKED: Final = timedelta(days=1)  # a partner gets its question by mail, too
NO_ANSWER: Final = timedelta(days=4)
# Who asks for one thing asks for the next: their mail leaves when that has ended.
STILL_ASKING: Final = timedelta(minutes=15)
STILL_NO_ANSWER: Final = timedelta(days=11)
# From the day that a step counts from to the reminder day that follows, at most.
GAP: Final = timedelta(days=3)


class Step(IntEnum):
    """Why a part is in a mail, in the order of the mail."""

    ANSWER = 1  # they have not said yes or no
    NAME = 2  # their partner was asked, and has named nobody
    AFTER = 3  # it was due
    BEFORE = 4  # it is due soon
    SILENT = 5  # somebody else has not said yes or no


def reminder_day(day: date) -> date:
    """Return the first day on which reminders leave that is not before this one."""
    while day.weekday() not in REMINDER_DAYS:
        day += timedelta(days=1)
    return day


def last_reminder_day(day: date) -> date:
    """Return the last day on which reminders left, this one included."""
    while day.weekday() not in REMINDER_DAYS:
        day -= timedelta(days=1)
    return day


def asked_to_name(asked_on: date) -> set[date]:
    """Return the days on which a partner is asked who it will be: twice at most."""
    return {reminder_day(asked_on + ASKED), reminder_day(asked_on + NO_ANSWER)}


def reminded_of(due: date) -> dict[date, Step]:
    """Return the days on which whoever carries a task hears of it: three at most."""
    return {
        reminder_day(due - BEFORE_DUE): Step.BEFORE,
        reminder_day(due + AFTER_DUE): Step.AFTER,
        reminder_day(due + LONG_AFTER_DUE): Step.AFTER,
    }
