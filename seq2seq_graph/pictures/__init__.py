"""Whatever is drawn or printed to be looked at."""
