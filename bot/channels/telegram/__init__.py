"""Telegram: python-telegram-bot's `Bot` and types in a loop of ours.

incoming (update to Incoming), reception (both ways in), polling, webhook, sender, writer, profile, request.
"""

import os

# Lengths of time as timedelta: without it the library warns at every one (its own switch, read when it is asked).
os.environ.setdefault("PTB_TIMEDELTA", "1")
