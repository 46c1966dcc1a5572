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

    def _assign_work_unit(self, node: Any) -> None:
        """The next parcel: one worker goes through the files from the front, the other from the back. So most of what a
        file computes once a process, or imports, or has compiled, is computed by one of them.
        """
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """xdist looks through all that it has handed out for what is left of it: a parcel that is done is forgotten."""
        super().mark_test_complete(node, item_index, duration)
        assigned = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(assigned[scope].values()):
            del assigned[scope]

    def _split_scope(self, nodeid: str) -> str:
        group = super()._split_scope(nodeid)
        return group if group != nodeid else f"{nodeid.partition('::')[0]} {crc32(nodeid.encode()) % PARCELS}"
