"""What answers turns and drafts documents."""
