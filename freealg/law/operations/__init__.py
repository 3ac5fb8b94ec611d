"""One operation a file: the node and its lanes together."""
