"""What takes the place of official images: a Dockerfile each, and the programs they start."""
