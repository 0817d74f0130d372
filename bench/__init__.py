"""Benchmarks: the engine beside other solvers on the same instances in one run. Asserts nothing about time."""
