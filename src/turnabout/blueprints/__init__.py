"""The content of the product: starting designs, curricula, topics, agreement, preparation and survey wording."""
