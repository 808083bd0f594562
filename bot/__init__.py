"""Cầu Nối, the program: what it does. What it says lies in content/, what it remembers in db/.

core/       pure: types, text, dated parameters, places, ranking, the conversation; no I/O, no clock, no chance
content/    content/ files to core records, `bot check`, rendering
services/   turns (inbox to replies, one transaction), delivery (the sender), people (see, erase), sweep
channels/   web chat, terminal: a platform's event to Incoming, text out
wiring.py   settings to engine, catalogue, services, channels: the one place where parts meet
cli.py      the commands          settings.py  environment to one frozen Settings
Imports point down: cli > wiring > channels > services > db | content > core (import-linter holds it).
"""
