import { describe, expect, it } from 'vitest';
import {
  brushKey,
  contains,
  dragRectangle,
  gripAt,
  moveRectangle,
  rectangleBetween,
} from './brush';

const plane = { xMax: 1.4, yMax: 1.2 };
const rectangle = { xMin: 0.2, xMax: 0.4, yMin: 0.6, yMax: 1 };
const slack = { x: 0.02, y: 0.02 };

describe('a drag', () => {
  it('makes the same rectangle from either corner', () => {
    const from = { x: 0.1, y: 0.2 };
    const to = { x: 0.5, y: 0.9 };
    expect(rectangleBetween(from, to, plane)).toEqual(rectangleBetween(to, from, plane));
  });

  it('never leaves the plane', () => {
    expect(rectangleBetween({ x: -1, y: 0.5 }, { x: 9, y: 9 }, plane)).toEqual({
      xMin: 0,
      xMax: 1.4,
      yMin: 0.5,
      yMax: 1.2,
    });
  });

  it('moves the rectangle when it begins inside, with its size kept at the edge', () => {
    const grip = gripAt(rectangle, { x: 0.3, y: 0.8 }, slack);
    expect(grip.kind).toBe('move');
    const moved = dragRectangle(
      { grip, rectangle, spot: { x: 0.3, y: 0.8 } },
      { x: 0, y: 0.8 },
      plane,
    );
    expect(moved.xMin).toBeCloseTo(0);
    expect(moved.xMax).toBeCloseTo(0.2);
  });

  it('resizes by a corner, and turns over when it is pulled across', () => {
    const spot = { x: 0.4, y: 1 };
    const grip = gripAt(rectangle, spot, slack);
    expect(grip).toMatchObject({ kind: 'resize', right: true, top: true });
    const turned = dragRectangle({ grip, rectangle, spot }, { x: 0.1, y: 0.5 }, plane);
    expect(turned).toEqual({ xMin: 0.1, xMax: 0.2, yMin: 0.5, yMax: 0.6 });
  });

  it('begins a new rectangle outside of the old one', () => {
    expect(gripAt(rectangle, { x: 1, y: 0.1 }, slack).kind).toBe('new');
    expect(gripAt(null, { x: 0.3, y: 0.8 }, slack).kind).toBe('new');
  });
});

describe('the brush by key', () => {
  it('begins with Enter where models disagree and items look clear', () => {
    const begun = brushKey(null, { key: 'Enter', shift: false }, plane);
    expect(begun).not.toBeNull();
    expect(contains(begun ?? rectangle, { x: 0.1, y: 0.8 })).toBe(true);
  });

  it('moves with arrows and keeps its size', () => {
    const moved = brushKey(rectangle, { key: 'ArrowRight', shift: false }, plane);
    expect(moved?.xMin).toBeGreaterThan(rectangle.xMin);
    expect((moved?.xMax ?? 0) - (moved?.xMin ?? 0)).toBeCloseTo(0.2);
  });

  it('grows with Shift and an arrow, and never shrinks to nothing', () => {
    const grown = brushKey(rectangle, { key: 'ArrowUp', shift: true }, plane);
    expect(grown?.yMax).toBeGreaterThan(1);
    let small = rectangle as typeof rectangle | null | undefined;
    for (let press = 0; press < 60; press += 1) {
      small = brushKey(small ?? null, { key: 'ArrowLeft', shift: true }, plane);
    }
    expect((small?.xMax ?? 0) - (small?.xMin ?? 0)).toBeGreaterThan(0);
  });

  it('clears with Escape once, and leaves Escape and Tab to the page otherwise', () => {
    expect(brushKey(rectangle, { key: 'Escape', shift: false }, plane)).toBeNull();
    expect(brushKey(null, { key: 'Escape', shift: false }, plane)).toBeUndefined();
    expect(brushKey(rectangle, { key: 'Tab', shift: false }, plane)).toBeUndefined();
  });

  it('stops at the edge of the plane', () => {
    expect(moveRectangle(rectangle, { x: 9, y: 9 }, plane)).toMatchObject({ xMax: 1.4, yMax: 1.2 });
  });
});
