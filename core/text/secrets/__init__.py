"""What a secret looks like in a support chat: known formats, labels before it, commands around it."""
