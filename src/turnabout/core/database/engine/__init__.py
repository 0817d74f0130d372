"""Django's PostgreSQL backend for the embedded server, which it starts when it is needed."""
