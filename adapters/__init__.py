"""The outside world, one folder per vendor: chat platforms, models and PSAs."""
