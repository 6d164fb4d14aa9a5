"""Makes the clock of a Python process wrong by FAULT_CLOCK_SECONDS, from before its first import.

Python runs a module of this name by itself when its folder is on PYTHONPATH. Only the time of day
is shifted: the clock that measures how long things take stays right, as it does on such a machine.
"""

import os
from datetime import UTC, datetime, timedelta

import time_machine

OFFSET = timedelta(seconds=float(os.environ["FAULT_CLOCK_SECONDS"]))
time_machine.travel(datetime.now(UTC) + OFFSET, tick=True).start()
