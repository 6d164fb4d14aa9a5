"""What the analysis is measured by: sets, figures, and the cards that publish them."""
