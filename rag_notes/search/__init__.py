"""Passages to an index to hits."""
