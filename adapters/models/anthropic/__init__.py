"""Claude, by the vendor's own client. Imported only where a key is configured: the client alone takes a second to import."""
