"""What a script does around its work: it starts quietly, and ends in a line and a status."""
