"""What the program remembers: tables, queries, migrations. Never commits, never decides."""
