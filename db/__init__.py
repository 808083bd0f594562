"""What is remembered: tables, engines, one module of queries for each table. Nothing here decides or commits.

Functions take `tx`, the connection of a transaction that a service opened. Blobs come and go encrypted; the keys
are the services'. SQL is written in SQLAlchemy Core so that SQLite and PostgreSQL read the same.
"""
