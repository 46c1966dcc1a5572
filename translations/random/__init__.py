"""R's random streams, bit for bit: `set_seed(99).rnorm(7)` is `set.seed(99); rnorm(7)`."""
from .stream import RStream, set_seed

__all__ = ["RStream", "set_seed"]
