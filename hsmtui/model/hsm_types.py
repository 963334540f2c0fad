"""The types of HSM that the service has, by its own names."""

HSM1 = "hsm1.medium"
"""The older type, whose support ends."""

HSM2 = "hsm2m.medium"
"""The type that takes its place, and the only one that clusters are created of."""
