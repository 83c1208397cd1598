"""What the hospital wants offices to know, and which office has heard which version of it."""
