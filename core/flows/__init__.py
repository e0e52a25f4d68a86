"""The flow library: troubleshooting trees, how they are written, walked and found."""
