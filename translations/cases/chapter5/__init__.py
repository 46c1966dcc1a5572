"""The chapter, one module a computation, in the order of each case's `order`."""
