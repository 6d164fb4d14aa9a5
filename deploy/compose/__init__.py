"""The operator's installation: the image, the first secrets, the engines' own files."""
