"""Placeholder docstring."""

if __name__ != "cooperon.numerics":
    raise ImportError(f"this folder is imported as cooperon.numerics, not as {__name__!r}")
