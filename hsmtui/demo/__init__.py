"""An embedded CloudHSM control plane, spoken to over HTTP as AWS is."""
