"""What a run costs (seconds, memory, tokens) and what its notes are like, measured from outside."""
