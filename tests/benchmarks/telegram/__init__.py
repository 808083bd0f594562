"""How many Telegram updates a second the whole durable path answers, against python-telegram-bot's echo bot.

driver (people and the stand-in), processes (a bot on a core of its own), echo (the peer), ours (a step that does
nothing), __main__ (both in turn, the ratios). Method and last results: README.md one folder up.
"""
