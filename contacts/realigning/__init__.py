"""Areas change hands: what would move, the change itself, and the way back."""
