"""A plot of growth as SVG, written by hand: no library, the same bytes for the same numbers."""

from __future__ import annotations

from typing import List, Mapping, Sequence, Tuple

__all__ = ["growth_plot"]

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 150, 40, 48
_COLORS = ("#0b6e99", "#c2571a", "#4a7c2f", "#7a4ea3")
_TICKS = 4

Points = Sequence[Tuple[float, float]]


def growth_plot(title: str, series: Mapping[str, Points]) -> str:
    """Lines over the number of artifacts; both axes start at 0, so that what is linear looks linear.

    Args:
        title: the title above the plot.
        series: name → (artifacts, seconds), ascending.
    """
    right = max(x for points in series.values() for x, _ in points)
    top = max(y for points in series.values() for _, y in points) or 1.0
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{title}</text>',
        *_axes(right, top),
    ]
    for number, (name, points) in enumerate(series.items()):
        color = _COLORS[number % len(_COLORS)]
        placed = [_place(x, y, right, top) for x, y in [(0.0, 0.0), *points]]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in placed[1:]]
        x, y = placed[-1]
        lines.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{color}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _axes(right: float, top: float) -> List[str]:
    lines: List[str] = []
    for tick in range(_TICKS + 1):
        x, y = _place(right * tick / _TICKS, top * tick / _TICKS, right, top)
        lines.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="#dddddd"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{top * tick / _TICKS:.1f}</text>')
        lines.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{right * tick / _TICKS:,.0f}</text>'
        )
    lines.append(f'<text x="14" y="{_TOP - 4}">s</text>')
    lines.append(f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">artifacts</text>')
    return lines


def _place(x: float, y: float, right: float, top: float) -> Tuple[float, float]:
    width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    return _LEFT + width * x / right, _HEIGHT - _BOTTOM - height * y / top
