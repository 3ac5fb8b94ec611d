"""Densities, distribution functions and Cauchy transforms: on forms and values, never on laws."""
