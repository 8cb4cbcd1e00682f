"""Hits to drafts: what the notes might say, before any check."""
