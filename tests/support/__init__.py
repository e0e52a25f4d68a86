"""What tests share: a whole FlowPilot on a small database, driven by commands."""
