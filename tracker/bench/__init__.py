"""Seeded registers of known sizes, and how long the product takes on them."""
