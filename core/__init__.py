"""What FlowPilot is: sessions, facts, fixes, notes and the work that follows from them. Knows no platform."""
