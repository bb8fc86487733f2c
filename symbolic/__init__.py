"""The physics: metals, Feynman rules, fast and slow integrals, formulas and their derivations."""

if __name__ != "cooperon.symbolic":
    raise ImportError(f"this folder is imported as cooperon.symbolic, not as {__name__!r}")
