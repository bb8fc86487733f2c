"""Placeholder docstring."""

if __name__ != "cooperon.symbolic":
    raise ImportError(f"this folder is imported as cooperon.symbolic, not as {__name__!r}")
