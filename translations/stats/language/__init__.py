"""R's expressions: read, and evaluated over the columns of data."""
