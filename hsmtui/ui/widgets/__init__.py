"""Widgets draw models and post messages; they never see a client."""
