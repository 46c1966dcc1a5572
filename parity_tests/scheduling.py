"""How `-n 2 --dist loadgroup` hands tests to its workers."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from xdist.scheduler import LoadGroupScheduling

PARCELS = 16  # of each file


class Parcels(LoadGroupScheduling):
    """Groups as they are marked, and a file's other tests in a few parcels: to hand over a single one costs as much as
    most tests do, and the more the more there are. In the order of collection, whose last tests are the quickest.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        group = super()._split_scope(nodeid)
        return group if group != nodeid else f"{nodeid.partition('::')[0]} {crc32(nodeid.encode()) % PARCELS}"
