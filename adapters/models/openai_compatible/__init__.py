"""Any endpoint that speaks like OpenAI's `chat/completions`: local models, gateways, for MSPs that may not send data out."""
