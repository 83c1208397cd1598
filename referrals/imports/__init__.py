"""Files from anyone: matched by a person, checked before anything is written, undone as a whole."""
