"""What liaisons take by hand has a source as well, which no file may speak for."""

BY_HAND = "by-hand"
