"""Cầu Nối, the program: what it does. What it says lies in content/, what it remembers in db/.

core/       pure: types, text, dated parameters, places, ranking, the conversation; no I/O, clock, chance
            eligibility/ who may get what, judged exactly; interview/ the check as people meet it, up to the slip
content/    content/ files to core records, `bot check`, rendering; edits and writing: a draft to a changed file
services/   turns (inbox to replies, one transaction), delivery (the sender), people (see, erase), sweep, supervision;
            staff: access, signing_in, invitations, waiting, handovers, talks, assisting, bindings; content work:
            unanswered (questions), editing (drafts), confirming (figures), comparing (what a change does), approvals
            and approving (the second person);
            registrations (a person's own), lead_lists, leads (the counsellors' work on them), lead_asking
            (what becomes of them), vacancies, matches; announcements: campaigns (written, approved), audiences,
            campaigning (started, watched, ended), announcing (through the one sender), campaign_reports
channels/   web chat, Telegram, terminal: a platform's event to Incoming, text out
console/    pages for staff at /console/; who may open what is asked of services/access.py alone
web.py      what holds for every page of web chat and console: headers, forms, who is asking
html.py     the texts' mini markup as HTML
wiring.py   settings to engine, catalogue, services: the one place where parts meet
shelf.py    the content in use: swapped whole, its model trained beside, the rules of the days ahead made
office.py   the console over a service, and its staff from the command line
files.py    spreadsheets from the command line: job-seekers out, vacancies in
dispatch.py campaigns from the command line
upkeep.py   the database from the command line: keys, backups
demo.py     invented staff and people, for who wants to look
serving.py  `bot serve`: the channels, the console, the sender and the sweep under one watch
cli.py      the commands      settings.py  environment to one frozen Settings      logs.py  JSON lines
Imports point down: cli > serving > demo | files | dispatch > office | upkeep > wiring > shelf > channels | console >
web, html > services > db | content > core (import-linter holds it).
"""
