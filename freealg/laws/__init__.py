"""One law a file: its definition, its condition, the one form it states; everything else is derived."""
