"""What a shell completes with tab: `hsmtui completion`."""
