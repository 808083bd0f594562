"""The console: pages for staff, written by the server, without scripts. app.py has the routes."""
