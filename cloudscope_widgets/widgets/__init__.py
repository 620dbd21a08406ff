"""Widgets that show a session and send commands back."""
