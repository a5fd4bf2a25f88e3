"""What the register says: ``select()`` → rows and frozen facts. Reads only; each docstring states its query count."""
