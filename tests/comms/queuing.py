"""How many statements queue notices, when one kind has found some.

Each source of `comms.notices.kinds` asks once or more, so a new one is counted here.
"""

QUEUING = 26
