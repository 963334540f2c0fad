"""A terminal control room for AWS CloudHSM v2 clusters."""
