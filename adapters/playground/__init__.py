"""The playground: a local chat and ticket list in the browser, for trying FlowPilot without Slack or Teams."""
