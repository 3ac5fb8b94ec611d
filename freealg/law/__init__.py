"""`Law`, the way it is expressed in its forms, and the operations between laws."""
