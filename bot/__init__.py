"""Cầu Nối, the program: what it does. What it says lies in content/, what it remembers in db/.

core/       pure: types, text, dated parameters, places, ranking, eligibility, the conversation; no I/O, clock, chance
content/    content/ files to core records, `bot check`, rendering
services/   turns (inbox to replies, one transaction), delivery (the sender), people (see, erase), sweep, supervision
channels/   web chat, Telegram, terminal: a platform's event to Incoming, text out
wiring.py   settings to engine, catalogue, services: the one place where parts meet
shelf.py    the content in use: swapped whole, its model trained beside
serving.py  `bot serve`: the channels, the sender and the sweep under one watch
cli.py      the commands      settings.py  environment to one frozen Settings      logs.py  JSON lines
Imports point down: cli > serving > wiring > shelf > channels > services > db | content > core (import-linter holds it).
"""
