"""Drawing from a finite population: R's `sample`, whose draws are positions 0, ..., n - 1 here.

`rejection` is R's sample kind: true for "Rejection", the default since R 3.6.0; false for "Rounding", R's before that.
Numba's cache: after a change to `variates.uniform`, touch this file.
"""
from __future__ import annotations

import math

import numpy as np

from .variates import compiled, uniform


@compiled
def random_bits(gen, bits):
    """An integer of so many bits, 16 from each uniform. R: rbits."""
    value = 0
    for _ in range(bits // 16 + 1):
        value = 65536 * value + math.floor(65536.0 * uniform(gen))
    return value & ((1 << bits) - 1)


@compiled
def index(gen, n, rejection):
    """An integer in 0, ..., n - 1: by rejection from the next power of two, or by rounding. R: R_unif_index."""
    if rejection:
        bits = int(math.ceil(math.log2(n)))
        value = random_bits(gen, bits)
        while value >= n:
            value = random_bits(gen, bits)
        return value
    if n > 2147483647:  # 32 bits are too few: 25 of one uniform, then another
        return math.floor(n * ((math.floor(33554432.0 * uniform(gen)) + uniform(gen)) / 33554432.0))
    return math.floor(n * uniform(gen))


@compiled
def fill_index(gen, n, rejection, out):
    """Equal weights, with replacement."""
    for i in range(out.size):
        out[i] = index(gen, n, rejection)


@compiled
def fill_permutation(gen, n, rejection, out):
    """Equal weights, without replacement: what is left is kept at the front of the pool."""
    pool = np.arange(n)
    for i in range(out.size):
        j = index(gen, n, rejection)
        out[i] = pool[j]
        n -= 1
        pool[j] = pool[n]


@compiled
def fill_distinct(gen, n, rejection, out):
    """Equal weights, without replacement, from a population too large to list: repetitions are drawn anew. R: sample2.

    The draws themselves are uniform, so their low bits serve as the hash; where that takes less room, each of the n has
    a bit that says whether it was drawn.
    """
    slots = 1 << int(math.ceil(math.log2(2.0 * out.size)))
    if n <= 64 * slots:
        drawn = np.zeros(n // 8 + 1, np.uint8)
        for i in range(out.size):
            j = index(gen, n, rejection)
            while (drawn[j >> 3] >> (j & 7)) & 1:
                j = index(gen, n, rejection)
            drawn[j >> 3] |= np.uint8(1 << (j & 7))
            out[i] = j
        return
    table = np.full(slots, -1)
    for i in range(out.size):
        slot = -1
        while slot < 0 or table[slot] >= 0:
            j = index(gen, n, rejection)
            slot = j & (table.size - 1)
            while table[slot] >= 0 and table[slot] != j:
                slot = (slot + 1) & (table.size - 1)
        table[slot] = out[i] = j


@compiled
def sort_decreasing(weight, order):
    """Heapsort of `weight` in place, `order` alongside; not stable, and its order of ties decides draws. R: revsort."""
    end = weight.size - 1
    top = weight.size // 2
    while end > 0:
        if top > 0:  # build the heap, its smallest element at the root
            top -= 1
            w, o = weight[top], order[top]
        else:  # move the root behind the heap
            w, o = weight[end], order[end]
            weight[end], order[end] = weight[0], order[0]
            end -= 1
            if end == 0:
                weight[0], order[0] = w, o
                return
        parent, child = top, 2 * top + 1
        while child <= end:
            if child < end and weight[child] > weight[child + 1]:
                child += 1
            if w <= weight[child]:
                break
            weight[parent], order[parent] = weight[child], order[child]
            parent, child = child, 2 * child + 1
        weight[parent], order[parent] = w, o


@compiled
def fill_weighted(gen, weight, out):
    """Unequal weights, with replacement, by inversion over the weights in decreasing order. `weight` is used up."""
    order = np.arange(weight.size)
    sort_decreasing(weight, order)
    cumulative = np.cumsum(weight)
    for i in range(out.size):
        out[i] = order[np.searchsorted(cumulative[:-1], uniform(gen))]


@compiled
def fill_weighted_distinct(gen, weight, out):
    """Unequal weights, without replacement: each draw removes its element. `weight` is used up."""
    n = weight.size
    order = np.arange(n)
    sort_decreasing(weight, order)
    total = 1.0
    for i in range(out.size):
        target = total * uniform(gen)
        n -= 1
        j = 0
        mass = weight[0]
        while j < n and target > mass:
            j += 1
            mass += weight[j]
        out[i] = order[j]
        total -= weight[j]
        for k in range(j, n):
            weight[k] = weight[k + 1]
        for k in range(j, n):
            order[k] = order[k + 1]


@compiled
def fill_alias(gen, weight, rejection, out):
    """Unequal weights, with replacement, in constant time: Walker's alias method. Source: Ripley (1987), 3.13B."""
    n = weight.size
    share = weight * n
    alias = np.arange(n)
    queue = np.empty(n, np.int64)  # shares below 1 from the front, the others from the back
    low, high = 0, n
    for i in range(n):
        if share[i] < 1.0:
            queue[low] = i
            low += 1
        else:
            high -= 1
            queue[high] = i
    if 0 < low < n:
        for k in range(n - 1):
            i, j = queue[k], queue[high]
            alias[i] = j
            share[j] += share[i] - 1.0
            if share[j] < 1.0:
                high += 1
                if high == n:
                    break
    for i in range(out.size):
        if rejection:
            k = index(gen, n, True)
            u = k + uniform(gen)
        else:
            u = uniform(gen) * n
            k = int(u)
        out[i] = k if u < share[k] + k else alias[k]
