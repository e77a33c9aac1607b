import { describe, expect, it } from 'vitest';
import { nearestDot, prepareScatter, type ScatterInput, scatterPlane } from './prepare-scatter';

const bins = { edges: [0, 0.5, 1], counts: [100, 25] };
const input: ScatterInput = {
  items: 1000,
  unit: 'nats',
  ceiling: Math.log(3),
  classes: ['a', 'b', 'c'],
  points: [
    { itemId: 'one', epistemic: 0.8, aleatoric: 0.2, predictedClass: 0 },
    { itemId: 'two', epistemic: 0.1, aleatoric: 0.9, predictedClass: 1 },
  ],
  cellSize: 0.05,
  cells: [
    { x: 0, y: 0, count: 400 },
    { x: 0.05, y: 0, count: 2 },
    { x: 0.1, y: 0, count: 1 },
  ],
  epistemicHistogram: bins,
  aleatoricHistogram: bins,
};
const view = { width: 610, hidden: new Set<number>(), selection: null, selected: null };
const box = { xMin: 0.1, xMax: 0.4, yMin: 0.5, yMax: 1 };

describe('prepareScatter', () => {
  it('puts epistemic up and aleatoric to the right', () => {
    const scatter = prepareScatter(input, view);
    const [one, two] = scatter.dots.map((group) => group.plain[0]);
    expect(one?.y).toBeLessThan(two?.y ?? 0);
    expect(one?.x).toBeLessThan(two?.x ?? 0);
  });

  it('holds every item: the axes end beyond the last one', () => {
    expect(scatterPlane(input)).toEqual({ xMax: 1, yMax: 0.8 });
  });

  it('shades the fullest cell most and leaves single items to the dots', () => {
    const { density, legend } = prepareScatter(input, view);
    expect(density.map((level) => level.level)).toEqual([1, 6]);
    expect(legend).toEqual({ low: '2', high: '100 and more items in a cell' });
  });

  it('hides a class without moving the others', () => {
    const all = prepareScatter(input, view);
    const some = prepareScatter(input, { ...view, hidden: new Set([0]) });
    expect(some.dots).toEqual(all.dots.slice(1));
  });

  it('tells chosen dots from the others and says how many items are inside', () => {
    const scatter = prepareScatter(input, { ...view, selection: box, selected: 663 });
    expect(scatter.dots[0]?.chosen.map((dot) => dot.itemId)).toEqual(['one']);
    expect(scatter.brush?.text).toBe('663 selected');
    expect(scatter.finding).toContain('663 items are inside the selection.');
  });

  it('draws ln C only where it crosses the plane', () => {
    const drawn = prepareScatter(input, view);
    expect(drawn.ceiling?.text).toBe('ln 3');
    expect(drawn.ceiling?.x).toBeLessThan(drawn.plot.right);
    expect(prepareScatter({ ...input, ceiling: 9 }, view).ceiling).toBeNull();
    expect(prepareScatter({ ...input, ceiling: null }, view).ceiling).toBeNull();
  });

  it('drops the side histograms on a phone', () => {
    const scatter = prepareScatter(input, { ...view, width: 270 });
    expect(scatter.top).toBe('');
    expect(scatter.right).toBe('');
    expect(scatter.xTicks.length).toBeLessThanOrEqual(4);
  });

  it('writes counts at the side on a root scale: a quarter of the items is half as long', () => {
    const { right } = prepareScatter(input, view);
    const reaches = [...right.matchAll(/L([\d.]+) /g)].map((match) => Number(match[1]));
    const base = Number(/^M([\d.]+)/.exec(right)?.[1]);
    expect((reaches[2] ?? 0) - base).toBeCloseTo(((reaches[0] ?? 0) - base) / 2, 0);
  });

  it('finds the dot under the pointer and none in the void', () => {
    const scatter = prepareScatter(input, view);
    const dot = scatter.dots[0]?.plain[0];
    expect(nearestDot(scatter, { x: (dot?.x ?? 0) + 3, y: dot?.y ?? 0 })).toEqual({
      itemId: 'one',
      predictedClass: 0,
    });
    expect(nearestDot(scatter, { x: -100, y: -100 })).toBeNull();
  });
});
