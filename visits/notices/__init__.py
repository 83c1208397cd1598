"""What a person is told without asking: four events, one digest a day or a week."""
