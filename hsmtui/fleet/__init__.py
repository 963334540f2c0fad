"""What is listed of a place, page by page, and judged, for the screen and for ``hsmtui check``."""
