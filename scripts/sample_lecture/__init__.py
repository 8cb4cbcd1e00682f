"""Build our own sample lecture: text in; slides, film and true times out."""
