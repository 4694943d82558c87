"""A trained run in use: search, generation, evaluation, vectors."""
