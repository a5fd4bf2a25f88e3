"""The pages: every view, and what all views share."""
