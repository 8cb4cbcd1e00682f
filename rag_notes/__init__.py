"""Study notes from a lecture, every sentence citing the moment or slide that says it."""
