"""The tracker: a register of joint work between departments, and its two numbers, coverage and momentum."""
