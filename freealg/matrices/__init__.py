"""Random matrices that realise laws at finite N: samplers, spectral statistics, and calibrated tests of a law against sampled spectra.

- `ensembles`, `haar`, `deterministic`: samplers `f(n, rng, ...)` with their normalisation in the first line; `randomness`: seeds, streams, memory;
- `statistics`: eigenvalues, moments, Cauchy transform, empirical cdf, distance of cdfs;
- `calibration.compare_spectra(spectra, theory)`: error bars from sizes, trials or the declared ensemble; `sizes.sampling_plan` says what to sample.

Nothing here knows a law: the theory enters as numbers (`theory.Theory`).
"""
