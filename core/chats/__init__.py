"""Chats: questions that are no incident, answered as they go on (SPEC 2, *Ask*)."""
