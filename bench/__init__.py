"""Benchmarks, run by hand: `python -m bench`. Figures are ratios measured side by side in one run.

What is compared with runs in alternating rounds, so that a busy machine slows both. Tests never run benchmarks.
"""
