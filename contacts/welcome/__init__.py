"""When an office welcomes a visit: windows by weekday, beside the words of its access rule."""
