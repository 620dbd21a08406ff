"""What differs between platforms, each with a fallback."""
