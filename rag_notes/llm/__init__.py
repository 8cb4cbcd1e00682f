"""Prompts with a schema to replies: one module per engine."""
