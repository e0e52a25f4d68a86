"""Whether engineers are offered the flow that fits what they write."""
