"""Believable data at any stage of a programme: the same seed and size give the same people, places and pairs."""
