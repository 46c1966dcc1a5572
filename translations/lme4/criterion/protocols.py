"""What the parts of this folder ask of one another: the cross-products that a factor is made of, and the factor."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from translations.arrays import Floats

from ..structure import Block, RandomStructure
from .trailing_block import OffDiagonalBlocks, TrailingBlock


class Criterion(NamedTuple):
    """The parts of the profiled criterion: log|L|^2, log|RX|^2 and the penalized weighted residual sum of squares."""

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    pwrss: float


class Products(Protocol):
    """The cross-products of one design and response: `pls.PLS`, which says what each is."""

    @property
    def structure(self) -> RandomStructure: ...
    @property
    def n(self) -> int: ...
    @property
    def p(self) -> int: ...
    @property
    def X(self) -> Floats: ...  # noqa: N802
    @property
    def response(self) -> Floats: ...
    @property
    def weights(self) -> Floats | None: ...
    @property
    def offset(self) -> Floats | None: ...
    @property
    def log_weights(self) -> float: ...
    @property
    def Q(self) -> Floats: ...  # noqa: N802
    @property
    def R(self) -> Floats: ...  # noqa: N802
    @property
    def log_det_R(self) -> float: ...  # noqa: N802
    @property
    def blocks(self) -> tuple[Block, ...]: ...
    @property
    def trailing(self) -> TrailingBlock: ...
    @property
    def off_diagonal(self) -> OffDiagonalBlocks: ...
    @property
    def Z1tZ1(self) -> Floats: ...  # noqa: N802
    @property
    def Z1tXy(self) -> Floats: ...  # noqa: N802
    @property
    def XytZ2(self) -> Floats: ...  # noqa: N802
    @property
    def beta0(self) -> Floats: ...
    @property
    def reduced(self) -> Floats: ...
    def at(self, theta: Floats) -> Dense: ...
    def df(self, REML: bool) -> int: ...  # noqa: N803
    def value(self, parts: Criterion, REML: bool, df: int | None = None) -> float: ...  # noqa: N803


class AtTheta(Protocol):
    """A factor at theta, however it was made: `factor.Evaluated`."""

    @property
    def products(self) -> Products: ...
    @property
    def theta(self) -> Floats: ...
    @property
    def template(self) -> Floats: ...
    @property
    def L11(self) -> Floats: ...  # noqa: N802
    @property
    def L22(self) -> Floats: ...  # noqa: N802
    @property
    def corner(self) -> Floats: ...
    @property
    def precision(self) -> list[Floats]: ...
    @property
    def ZtViXy(self) -> tuple[Floats, ...]: ...  # noqa: N802


class Dense(AtTheta, Protocol):
    """One whose trailing block is dense: `factor.Factor`."""

    @property
    def storage(self) -> Floats: ...
    @property
    def inverse(self) -> Floats: ...
    @property
    def schur(self) -> Floats: ...
