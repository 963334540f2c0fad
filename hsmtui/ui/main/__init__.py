"""The one full screen: list pane, details pane, status."""
