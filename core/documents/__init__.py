"""The three documents: resolution note, escalation package, conclusion; their drafts, previews and posting."""
