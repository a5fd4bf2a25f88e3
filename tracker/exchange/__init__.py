"""Files in and out: bytes to plain rows and facts, and back."""
