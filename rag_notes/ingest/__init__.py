"""Files to a Lecture to passages."""
