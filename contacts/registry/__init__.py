"""The NPPES registry: reading its files and merging them into the directory."""
