"""What stands in for a line of the document's graph or train op, one file an option."""
