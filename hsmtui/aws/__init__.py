"""The CloudHSM control plane through boto3."""
