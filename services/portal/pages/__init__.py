"""The frame of every page: templates, styles and the formatting they share."""
