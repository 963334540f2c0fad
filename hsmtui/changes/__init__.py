"""The only way to a request that changes something: pin, look, record, send once, follow."""
