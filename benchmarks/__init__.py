"""What `make bench` measures: each figure beside a named yardstick, in the same run."""
