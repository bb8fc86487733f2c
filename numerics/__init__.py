"""From expressions to numbers: array functions, kernels that keep their digits, samples in SI, plots."""

if __name__ != "cooperon.numerics":
    raise ImportError(f"this folder is imported as cooperon.numerics, not as {__name__!r}")
