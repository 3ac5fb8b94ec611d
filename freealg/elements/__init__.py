"""Elements: noncommutative polynomials in free random variables, the large-N limits of random matrices that they sample."""
