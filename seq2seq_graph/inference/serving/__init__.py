"""A trained run behind HTTP: waiting requests are answered together."""
