"""From a file of people to a list of what would change: pure code, without database and without clock.

A file is read to a Sheet (`sheet`), a Mapping (`mapping`) says what its columns mean, `drafts` turns rows into
Drafts or Problems, `comparison` sets them against the people already known.
"""
