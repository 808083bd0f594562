"""Telegram: python-telegram-bot's `Bot` and types in a loop of ours.

incoming (update to Incoming), reception (both ways in), polling, webhook, sender, writer, profile, request.
"""

import os
import warnings

# Lengths of time as timedelta: without it the library warns at every one (its own switch, read when it is asked).
os.environ.setdefault("PTB_TIMEDELTA", "1")

# The library would rather give and take its own types. An update it cannot read would then take all with it, and to
# make them costs more than to send (sender.py).
warnings.filterwarnings("ignore", message="Please use 'Bot.(getUpdates|sendMessage)'")
