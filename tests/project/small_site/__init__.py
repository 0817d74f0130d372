"""A site with two pages and a few jobs, so that processes can be started and killed in seconds."""
