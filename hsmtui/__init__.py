"""A terminal control room for AWS CloudHSM v2 clusters."""

__version__ = "0.1.0"
