"""Telegram, over python-telegram-bot's `Bot` and types, in a loop of ours."""
