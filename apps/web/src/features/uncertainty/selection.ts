import type { Rectangle } from '@/charts/scatter/brush';

const DECIMALS = 4;
const snap = (value: number): number => Number(value.toFixed(DECIMALS));

/** The rectangle as it is asked for and shared: what the address keeps is what was counted. */
export const snapSelection = ({ xMin, xMax, yMin, yMax }: Rectangle): Rectangle => ({
  xMin: snap(xMin),
  xMax: snap(xMax),
  yMin: snap(yMin),
  yMax: snap(yMax),
});

/** A rectangle in the address: aleatoric from, to, epistemic from, to. */
export function writeSelection(selection: Rectangle): string {
  const { xMin, xMax, yMin, yMax } = snapSelection(selection);
  return [xMin, xMax, yMin, yMax].join(',');
}

/** Reads it back; anything that is no rectangle is no selection. */
export function readSelection(text: string | null): Rectangle | null {
  const [xMin, xMax, yMin, yMax, ...rest] = (text ?? '').split(',').map(Number);
  const all = [xMin, xMax, yMin, yMax];
  if (
    text === null ||
    rest.length > 0 ||
    all.some((value) => value === undefined || !(value >= 0))
  ) {
    return null;
  }
  if (xMin === undefined || xMax === undefined || yMin === undefined || yMax === undefined) {
    return null;
  }
  return xMin < xMax && yMin < yMax ? { xMin, xMax, yMin, yMax } : null;
}

const isSure = (nats: number): boolean => nats < 0.05;

/** What the items of a rectangle have in common, and whether answers would teach. */
export function selectionWords(selection: Rectangle, item: 'image' | 'item'): string {
  const epistemic = (selection.yMin + selection.yMax) / 2;
  const aleatoric = (selection.xMin + selection.xMax) / 2;
  const total = epistemic + aleatoric;
  if (total < 0.15) {
    return 'The models agree and are sure: answers here teach little.';
  }
  if (isSure(selection.xMin) && isSure(selection.yMin)) {
    return 'From certain to uncertain: draw a smaller box to see what answers would teach.';
  }
  if (epistemic > aleatoric * 1.3) {
    return `The models disagree and the ${item} is clear: answers here teach the most.`;
  }
  if (aleatoric > epistemic * 1.3) {
    return 'Looks ambiguous to all of them: labels do not remove this uncertainty.';
  }
  return `The models disagree, and the ${item} is ambiguous as well: answers here teach something.`;
}
