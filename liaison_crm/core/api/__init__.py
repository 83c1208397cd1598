"""What every part of the HTTP API shares: strict input, one error shape, pages, versions."""
