"""What people can do: one function an intention. Services take ``(session, *, actor, ...)``; they flush, never commit."""
