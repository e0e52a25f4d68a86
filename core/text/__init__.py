"""Text in and out: secrets taken out, pings and links made inert, long texts split."""
