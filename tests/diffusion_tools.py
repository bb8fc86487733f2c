"""Diffusion of pairs in a magnetic field, solved without the library: energies of finite samples.

A pair has the charge 2e: its energies are the eigenvalues of D (-i grad - 2 e A/hbar)**2, rates. Walls let
nothing through (the natural condition of polynomials), leads take everything away. ``pair`` is 2 e B/hbar.
"""

import numpy as np

GAUSS = np.polynomial.legendre.leggauss


def whole_line(number, smallest, largest):
    """Points and weights of an integral over all k, dense where abs(k) is small."""
    x, weight = GAUSS(number)
    far = np.arcsinh(largest / smallest)
    return smallest * np.sinh(far * x), weight * smallest * far * np.cosh(far * x)


def slab(size, number=24):
    y, weight = GAUSS(number)
    return np.array([y * size / 2]), weight * size / 2


def rectangle(width, height, number=20):
    x, weight = GAUSS(number)
    points = np.meshgrid(x * width / 2, x * height / 2, indexing="ij")
    return np.array([one.ravel() for one in points]), np.outer(weight, weight).ravel() * width * height / 4


def disc(radius, number=20):
    x, weight = GAUSS(number)
    r, weight = (x + 1) * radius / 2, weight * radius / 2
    angle = np.pi * np.arange(2 * number) / number
    points = np.array([np.outer(r, np.cos(angle)).ravel(), np.outer(r, np.sin(angle)).ravel()])
    return points, np.repeat(weight * r, 2 * number) * np.pi / number


class Section:
    """A cross-section, by polynomials of its coordinates up to a degree, orthogonal with its weight."""

    def __init__(self, points, weight, degree):
        coordinates = points / abs(points).max(axis=1, keepdims=True)
        one = [np.polynomial.legendre.legvander(x, degree).T for x in coordinates]
        slope = [
            np.array(
                [
                    np.polynomial.legendre.legval(x, np.polynomial.legendre.legder(row))
                    for row in np.eye(degree + 1)
                ]
            )
            / abs(y).max()
            for x, y in zip(coordinates, points, strict=True)
        ]
        if len(points) == 1:
            values, slopes = one[0], [slope[0]]
        else:
            pairs = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
            values = np.array([one[0][i] * one[1][j] for i, j in pairs])
            slopes = [
                np.array([slope[0][i] * one[1][j] for i, j in pairs]),
                np.array([one[0][i] * slope[1][j] for i, j in pairs]),
            ]
        self.weight, self.area, self.points = weight, weight.sum(), points
        white = np.linalg.inv(np.linalg.cholesky((values * weight) @ values.T))
        self.values, self.slopes = white @ values, [white @ x for x in slopes]

    def mean(self, function):
        """Matrix of a function of the coordinates."""
        return (self.values * (self.weight * function)) @ self.values.T

    def wall(self):
        """Matrix of -grad**2 across."""
        return sum((x * self.weight) @ x.T for x in self.slopes)

    def across(self, momenta, pair):
        """Energies/D for each momentum along A = B y."""
        y = self.points[0]
        k = np.asarray(momenta)[:, None, None]
        matrix = self.wall() + k**2 * np.eye(len(self.values)) - 2 * k * pair * self.mean(y)
        return np.linalg.eigvalsh(matrix + pair**2 * self.mean(y**2))

    def along(self, pair):
        """Energies/D of a field along the wire, A = B (-z, y)/2."""
        first, second = self.points
        turned = [-pair * second / 2, pair * first / 2]
        currents = [x - 1j * a * self.values for x, a in zip(self.slopes, turned, strict=True)]
        return np.linalg.eigvalsh(sum((x.conj() * self.weight) @ x.T for x in currents))

    def between_leads(self, length, pair, number):
        """Energies/D of a plate between leads: standing waves along it, A = B y along it."""
        n = np.arange(1, number + 1)
        odd = (n[:, None] + n) % 2 == 1
        drift = 4 * np.outer(n, n) / length / np.where(odd, n[:, None] ** 2 - n**2, np.inf)
        y, size = self.points[0], len(self.values)
        matrix = np.kron(np.diag((np.pi * n / length) ** 2), np.eye(size)).astype(complex)
        matrix += np.kron(np.eye(number), self.wall() + pair**2 * self.mean(y**2))
        return np.linalg.eigvalsh(matrix + 2j * pair * np.kron(drift, self.mean(y)))


def annulus(inner, outer, windings, pair, degree=5):
    """Energies/D of a flat ring, one row a winding number: A = B r/2 around."""
    x, weight = GAUSS(24)
    r = (inner + outer) / 2 + x * (outer - inner) / 2
    radial = Section(np.array([r - (inner + outer) / 2]), weight * (outer - inner) / 2 * r, degree)
    m = np.asarray(windings)[:, None, None]
    around = m**2 * radial.mean(r**-2) - m * pair * radial.mean(1 + 0 * r) + pair**2 / 4 * radial.mean(r**2)
    return np.linalg.eigvalsh(radial.wall() + around)


def lattice_ring(number, length, turn):
    """Energies/D of a closed chain of sites; every hop has its share of the phase of a turn."""
    hops = np.roll(np.eye(number), 1, axis=0) * np.exp(1j * turn / number)
    return np.linalg.eigvalsh(2 * np.eye(number) - hops - hops.conj().T) * (number / length) ** 2


def lattice_plate(length, width, pair, along, across):
    """Energies/D of a lattice between leads and walls, with Peierls phases."""
    step = length / (along + 1)
    y = (np.arange(across) + 0.5) * width / across - width / 2
    hop = np.eye(along, k=1)
    wall = 2 * np.eye(across) - np.eye(across, k=1) - np.eye(across, k=-1)
    wall[0, 0] = wall[-1, -1] = 1
    phase = np.diag(np.exp(1j * pair * y * step))
    hops = np.kron(hop, phase)
    rows = 2 * np.eye(along * across) - hops - hops.conj().T
    return np.linalg.eigvalsh(rows / step**2 + np.kron(np.eye(along), wall) * (across / width) ** 2)


def return_sum(energies, gap, free=0):
    """Sum of D/(E + gap) over energies and, for ``free = 1``, over a free momentum; all given over D."""
    total = np.asarray(energies) + gap
    return np.sum(1 / total if free == 0 else 1 / (2 * np.sqrt(total)), axis=-1)
