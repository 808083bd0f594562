"""A platform's event to Incoming, rendered text out."""
