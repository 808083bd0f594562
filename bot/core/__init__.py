"""Pure: the same arguments give the same result. No I/O, no clock, no chance."""
