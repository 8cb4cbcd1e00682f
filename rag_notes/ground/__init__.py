"""Drafts to claims: what may be printed, with its citations, or the reason why not."""
