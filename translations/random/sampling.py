# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Drawing from a finite population: R's `sample`, whose draws are positions 0, ..., n - 1 here.

`rejection` is R's sample kind: true for "Rejection", the default since R 3.6.0; false for "Rounding", R's before that.
`out` is where the draws go; a `weight` is used up.
"""
from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import ceil, floor, log2
from cython.cimports.translations.random.variates import uniform, words

if cython.compiled:  # C's own types
    from cython.cimports.translations.random.bitgen import bitgen


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def random_bits(gen: cython.pointer(bitgen), bits: cython.longlong) -> cython.longlong:
    """An integer of so many bits, 16 from each uniform. R: rbits."""
    value: cython.ulonglong = 0  # which may overflow: of four draws the first bits, which are masked
    for _ in range(bits // 16 + 1):
        value = 65536 * value + cython.cast(cython.ulonglong, floor(65536.0 * uniform(gen)))
    one: cython.ulonglong = 1
    return cython.cast(cython.longlong, value & ((one << bits) - 1))


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def index(gen: cython.pointer(bitgen), n: cython.longlong, rejection: cython.bint) -> cython.longlong:
    """An integer in 0, ..., n - 1: by rejection from the next power of two, or by rounding. R: R_unif_index."""
    if rejection:
        bits = cython.cast(cython.longlong, ceil(log2(n)))
        value = random_bits(gen, bits)
        while value >= n:
            value = random_bits(gen, bits)
        return value
    if n > 2147483647:  # 32 bits are too few: 25 of one uniform, then another
        high = floor(33554432.0 * uniform(gen))
        return cython.cast(cython.longlong, floor(n * ((high + uniform(gen)) / 33554432.0)))
    return cython.cast(cython.longlong, floor(n * uniform(gen)))


def fill_index(generator: object, n: cython.longlong, rejection: cython.bint, out: cython.longlong[:]):
    """Equal weights, with replacement."""
    gen = words(generator)
    with cython.nogil:
        for i in range(out.shape[0]):
            out[i] = index(gen, n, rejection)


def fill_permutation(generator: object, n: cython.longlong, rejection: cython.bint, out: cython.longlong[:]):
    """Equal weights, without replacement: what is left is kept at the front of the pool."""
    gen = words(generator)
    pool: cython.longlong[::1] = np.arange(n)
    with cython.nogil:
        for i in range(out.shape[0]):
            j = index(gen, n, rejection)
            out[i] = pool[j]
            n -= 1
            pool[j] = pool[n]


def fill_distinct(generator: object, n: cython.longlong, rejection: cython.bint, out: cython.longlong[:]):
    """Equal weights, without replacement, from a population too large to list: repetitions are drawn anew. R: sample2.

    The draws themselves are uniform, so their low bits serve as the hash; where that takes less space, each of n has
    a bit that says whether it was drawn.
    """
    gen = words(generator)
    slots: cython.longlong = 1 << int(ceil(log2(2.0 * out.shape[0])))
    j: cython.longlong
    if n <= 64 * slots:
        taken: cython.uchar[::1] = np.zeros(n // 8 + 1, np.uint8)
        with cython.nogil:
            for i in range(out.shape[0]):
                j = index(gen, n, rejection)
                while (taken[j >> 3] >> (j & 7)) & 1:
                    j = index(gen, n, rejection)
                taken[j >> 3] |= 1 << (j & 7)
                out[i] = j
        return
    table: cython.longlong[::1] = np.full(slots, -1)
    slot: cython.longlong
    with cython.nogil:
        for i in range(out.shape[0]):
            slot = -1
            while slot < 0 or table[slot] >= 0:
                j = index(gen, n, rejection)
                slot = j & (slots - 1)
                while table[slot] >= 0 and table[slot] != j:
                    slot = (slot + 1) & (slots - 1)
            table[slot] = out[i] = j


@cython.cfunc
@cython.nogil
@cython.exceptval(check=False)
def sort_decreasing(weight: cython.double[:], order: cython.longlong[:]) -> cython.void:
    """Heapsort of `weight` in place, `order` alongside; not stable, and its order of ties decides draws. R: revsort."""
    end = weight.shape[0] - 1
    top = weight.shape[0] // 2
    w: cython.double
    o: cython.longlong
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


def fill_weighted(generator: object, weight: cython.double[:], out: cython.longlong[:]):
    """Unequal weights, with replacement, by inversion over the weights in decreasing order."""
    gen = words(generator)
    n = weight.shape[0]
    order: cython.longlong[::1] = np.arange(n)
    cumulative: cython.double[::1] = np.empty(n)
    total: cython.double = 0.0
    with cython.nogil:
        sort_decreasing(weight, order)
        for i in range(n):
            total += weight[i]
            cumulative[i] = total
        for i in range(out.shape[0]):
            u = uniform(gen)
            low: cython.Py_ssize_t = 0
            high: cython.Py_ssize_t = n - 1
            while low < high:  # the first that is not below u, the last where all are
                middle: cython.Py_ssize_t = (low + high) // 2
                if cumulative[middle] < u:
                    low = middle + 1
                else:
                    high = middle
            out[i] = order[low]


def fill_weighted_distinct(generator: object, weight: cython.double[:], out: cython.longlong[:]):
    """Unequal weights, without replacement: each draw removes its element."""
    gen = words(generator)
    n: cython.Py_ssize_t = weight.shape[0]
    order: cython.longlong[::1] = np.arange(n)
    total: cython.double = 1.0
    j: cython.Py_ssize_t
    with cython.nogil:
        sort_decreasing(weight, order)
        for i in range(out.shape[0]):
            target = total * uniform(gen)
            n -= 1
            j = 0
            mass: cython.double = weight[0]
            while j < n and target > mass:
                j += 1
                mass += weight[j]
            out[i] = order[j]
            total -= weight[j]
            for k in range(j, n):
                weight[k] = weight[k + 1]
                order[k] = order[k + 1]


def fill_alias(generator: object, weight: cython.double[:], rejection: cython.bint, out: cython.longlong[:]):
    """Unequal weights, with replacement, in constant time: Walker's alias method. Source: Ripley (1987), 3.13B."""
    gen = words(generator)
    n = weight.shape[0]
    share: cython.double[::1] = np.asarray(weight) * n
    alias: cython.longlong[::1] = np.arange(n)
    queue: cython.longlong[::1] = np.empty(n, np.int64)  # shares below 1 from the front, the others from the back
    low: cython.Py_ssize_t = 0
    high: cython.Py_ssize_t = n
    u: cython.double
    k: cython.longlong
    with cython.nogil:
        for i in range(n):
            if share[i] < 1.0:
                queue[low] = i
                low += 1
            else:
                high -= 1
                queue[high] = i
        if 0 < low and low < n:
            for at in range(n - 1):
                i, j = queue[at], queue[high]
                alias[i] = j
                share[j] += share[i] - 1.0
                if share[j] < 1.0:
                    high += 1
                    if high == n:
                        break
        for i in range(out.shape[0]):
            if rejection:
                k = index(gen, n, True)
                u = k + uniform(gen)
            else:
                u = uniform(gen) * n
                k = cython.cast(cython.longlong, u)
            out[i] = k if u < share[k] + k else alias[k]
