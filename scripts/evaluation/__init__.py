"""How far claims can be trusted, measured on labelled claims, planted errors, finished notes."""
