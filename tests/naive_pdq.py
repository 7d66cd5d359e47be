"""PDQ in plain loops: slow, obvious, and a third opinion beside `schoon.hashing` and pdqhash."""

import math


def pdq(luma):
    """(256-bit number, quality) of a list of rows of luma; float64 throughout."""
    rows, cols = len(luma), len(luma[0])
    for _ in range(2):
        luma = [box(row, (cols + 127) // 128) for row in luma]
        luma = transposed([box(column, (rows + 127) // 128) for column in transposed(luma)])
    grid = [[luma[int((i + 0.5) * rows / 64)][int((j + 0.5) * cols / 64)] for j in range(64)] for i in range(64)]
    coefficients = [[coefficient(grid, i, j) for j in range(1, 17)] for i in range(1, 17)]
    flat = [value for row in coefficients for value in row]
    median = sorted(flat)[127]
    number = 0
    for place, value in enumerate(flat):
        if value > median:
            number |= 1 << place
    return number, min(100, gradient(grid) // 90)


def box(line, window):
    """Each value averaged with its neighbours; at the edges over those there are."""
    half = (window + 2) // 2
    out = []
    for at in range(len(line)):
        near = line[max(0, at - (window - half)) : at + half]
        out.append(sum(near) / len(near))
    return out


def transposed(table):
    return [list(column) for column in zip(*table, strict=True)]


def gradient(grid):
    total = 0
    for i in range(64):
        for j in range(64):
            if i < 63:
                total += abs(int((grid[i][j] - grid[i + 1][j]) * 100 / 255))
            if j < 63:
                total += abs(int((grid[i][j] - grid[i][j + 1]) * 100 / 255))
    return total


def coefficient(grid, i, j):
    down = [math.cos(math.pi / 128 * i * (2 * k + 1)) for k in range(64)]
    across = [math.cos(math.pi / 128 * j * (2 * k + 1)) for k in range(64)]
    return sum(down[r] * sum(grid[r][c] * across[c] for c in range(64)) for r in range(64)) / 32
