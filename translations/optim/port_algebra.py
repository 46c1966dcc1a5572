"""A Hessian's Cholesky factor as PORT keeps it: products, solutions, secant updates and permutations.

L is a list of rows, row i of i + 1 numbers; a sum goes from the first product to the last, as in PORT and the reference
BLAS, so that the bits are R's. Source: Gay (1983), ACM Transactions on Mathematical Software 9, algorithm 611.
"""

from __future__ import annotations

from math import sqrt

Vector = list[float]
Triangle = list[Vector]


def square(x: float) -> float:
    """x times x, which the power 2 is in Fortran; Python's may differ in the last bit."""
    return x * x


def inner(a: Vector, b: Vector) -> float:
    """The inner product of a and as many numbers of b."""
    total = 0.0
    for x, y in zip(a, b, strict=False):
        total += x * y
    return total


def norm(a: Vector) -> float:
    """The Euclidean length."""
    return sqrt(inner(a, a))


def forward(L: Triangle, y: Vector, n: int) -> Vector:
    """x (n,) of Lx = y."""
    x: Vector = []
    for i in range(n):
        x.append((y[i] - inner(x, L[i])) / L[i][i])
    return x


def backward(L: Triangle, y: Vector, n: int) -> Vector:
    """x (n,) of L'x = y."""
    x = y[:n]
    for i in reversed(range(n)):
        x[i] /= L[i][i]
        for j in range(i):
            x[j] -= x[i] * L[i][j]
    return x


def times(L: Triangle, y: Vector, n: int) -> Vector:
    """Ly (n,)."""
    return [inner(L[i], y) for i in range(n)]


def transposed_times(L: Triangle, y: Vector, n: int) -> Vector:
    """L'y (n,)."""
    x = [0.0] * n
    for i in range(n):
        for j in range(i + 1):
            x[j] += y[i] * L[i][j]
    return x


def bfgs_vectors(L: Triangle, step: Vector, change: Vector) -> tuple[Vector, Vector]:
    """w and z (n,) for `update`, by which L(I + zw')(I + wz')L' is the BFGS update for a change of gradients.

    Where it would take the determinant below a tenth, the change is moved towards LL' times the step.
    """
    least, n = 0.1, len(step)
    w = transposed_times(L, step, n)
    curvature, found = inner(w, w), inner(change, step)
    if found >= least * curvature:
        of_change, of_w = 1.0 / (sqrt(found) * sqrt(curvature)), 1.0 / curvature
    else:
        theta = (1.0 - least) * curvature / (curvature - found)
        root = sqrt(least)
        of_change, of_w = theta / (curvature * root), (1.0 + (theta - 1.0) / root) / curvature
    z = forward(L, change, n)
    return w, [of_change * z[i] - of_w * w[i] for i in range(n)]


def update(L: Triangle, w: Vector, z: Vector) -> None:
    """Turn L into a triangular factor of L(I + zw')(I + wz')L': Goldfarb (1976), Math. Comput. 30, recurrence 3."""
    n = len(w)
    nu, eta = 1.0, 0.0
    tails = [0.0] * n  # sums of squares of what follows in w
    for j in range(n - 2, -1, -1):
        tails[j] = tails[j + 1] + square(w[j + 1])
    diagonal, of_w, of_z = [0.0] * n, [0.0] * n, [0.0] * n
    for j in range(n - 1):
        a = nu * z[j] - eta * w[j]
        theta = 1.0 + a * w[j]
        s = a * tails[j]
        length = sqrt(square(theta) + a * s)
        if theta > 0.0:
            length = -length
        b = theta * w[j] + s
        diagonal[j], of_z[j], of_w[j] = length, b * nu / length, (a - b * eta) / length
        nu, eta = -nu / length, -(eta + square(a) / (theta - length)) / length
    diagonal[-1] = 1.0 + (nu * z[-1] - eta * w[-1]) * w[-1]
    w, z = list(w), list(z)
    for j in range(n - 1, -1, -1):
        w_j, z_j = w[j], z[j]
        w[j], z[j] = L[j][j] * w_j, L[j][j] * z_j
        L[j][j] *= diagonal[j]
        for i in range(j + 1, n):
            old = L[i][j]
            L[i][j] = diagonal[j] * old + of_w[j] * w[i] + of_z[j] * z[i]
            w[i] += old * w_j
            z[i] += old * z_j


def to_the_end(L: Triangle, k: int, n: int) -> None:
    """The factor of the leading n rows and columns with row and column k moved behind the others (0-based).

    L's rows are the columns of an upper triangle, from which a Householder reflection of two rows takes the number
    below the diagonal that the move leaves in each column.
    """
    w = L[k][:]
    last = w[k]
    for j in range(k, n - 1):
        right = L[j + 1]
        a, b = right[j], right[j + 1]
        L[j] = [*right[:j], a]
        if b == 0.0:
            x, z = 0.0, 0.0
        else:
            size = abs(a) + abs(b)
            a1, b1 = a / size, b / size
            c = sqrt(square(a1) + square(b1))
            if a1 > 0.0:
                c = -c
            a1 -= c
            z, x, y = b1 / a1, a1 / c, b1 / c
            L[j][j] = size * c
            for column in L[j + 2 : n]:
                t = column[j] * x + column[j + 1] * y
                column[j] += t
                column[j + 1] += t * z
        t = x * last
        w[j] = last + t
        w.append(last := t * z)
    L[n - 1] = w
