"""Tests from end to end: browsers, and chat servers."""
