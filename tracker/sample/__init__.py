"""The sample organisation: Harbour Mutual, an insurer whose two years of joint work end today."""
