"""What becomes of promises: words at hand, the office told, many handed on at once."""
