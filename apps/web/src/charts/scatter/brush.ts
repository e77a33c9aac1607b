import { clamp } from '../scale';

/**
 * A rectangle in the units of the axes: aleatoric along x, epistemic along y.
 * @see docs/decisions/0062
 */
export type Rectangle = {
  readonly xMin: number;
  readonly xMax: number;
  readonly yMin: number;
  readonly yMax: number;
};
/** The plane the rectangle lives on; both axes start at 0. */
export type Plane = { readonly xMax: number; readonly yMax: number };
export type Spot = { readonly x: number; readonly y: number };
/** What a pointer got hold of: nothing yet (a new rectangle), all of it, or some of its edges. */
export type Grip = {
  readonly kind: 'new' | 'move' | 'resize';
  readonly left: boolean;
  readonly right: boolean;
  readonly top: boolean;
  readonly bottom: boolean;
};

const NEW: Grip = { kind: 'new', left: false, right: false, top: false, bottom: false };

/** The rectangle between two spots, cut to the plane. */
export function rectangleBetween(from: Spot, to: Spot, plane: Plane): Rectangle {
  return {
    xMin: clamp(Math.min(from.x, to.x), 0, plane.xMax),
    xMax: clamp(Math.max(from.x, to.x), 0, plane.xMax),
    yMin: clamp(Math.min(from.y, to.y), 0, plane.yMax),
    yMax: clamp(Math.max(from.y, to.y), 0, plane.yMax),
  };
}

/** Which part of the rectangle lies under a spot; `slack` is the reach of a corner or edge. */
export function gripAt(rectangle: Rectangle | null, spot: Spot, slack: Spot): Grip {
  if (rectangle === null) {
    return NEW;
  }
  const insideX = spot.x >= rectangle.xMin - slack.x && spot.x <= rectangle.xMax + slack.x;
  const insideY = spot.y >= rectangle.yMin - slack.y && spot.y <= rectangle.yMax + slack.y;
  if (!insideX || !insideY) {
    return NEW;
  }
  const left = Math.abs(spot.x - rectangle.xMin) <= slack.x;
  const right = !left && Math.abs(spot.x - rectangle.xMax) <= slack.x;
  const bottom = Math.abs(spot.y - rectangle.yMin) <= slack.y;
  const top = !bottom && Math.abs(spot.y - rectangle.yMax) <= slack.y;
  const resize = left || right || top || bottom;
  return { kind: resize ? 'resize' : 'move', left, right, top, bottom };
}

/** Moves a rectangle without changing its size; it stops at the edges of the plane. */
export function moveRectangle(rectangle: Rectangle, by: Spot, plane: Plane): Rectangle {
  const dx = clamp(by.x, -rectangle.xMin, plane.xMax - rectangle.xMax);
  const dy = clamp(by.y, -rectangle.yMin, plane.yMax - rectangle.yMax);
  return {
    xMin: rectangle.xMin + dx,
    xMax: rectangle.xMax + dx,
    yMin: rectangle.yMin + dy,
    yMax: rectangle.yMax + dy,
  };
}

/** What a drag makes of the rectangle it began with. */
export function dragRectangle(
  begin: { readonly grip: Grip; readonly rectangle: Rectangle | null; readonly spot: Spot },
  to: Spot,
  plane: Plane,
): Rectangle {
  const { grip, rectangle, spot } = begin;
  if (rectangle === null || grip.kind === 'new') {
    return rectangleBetween(spot, to, plane);
  }
  if (grip.kind === 'move') {
    return moveRectangle(rectangle, { x: to.x - spot.x, y: to.y - spot.y }, plane);
  }
  return rectangleBetween(
    { x: grip.left ? to.x : rectangle.xMin, y: grip.bottom ? to.y : rectangle.yMin },
    { x: grip.right ? to.x : rectangle.xMax, y: grip.top ? to.y : rectangle.yMax },
    plane,
  );
}

/** Where models disagree and the item looks clear: the corner worth a first look. */
export const defaultRectangle = (plane: Plane): Rectangle => ({
  xMin: 0,
  xMax: plane.xMax * 0.35,
  yMin: plane.yMax * 0.45,
  yMax: plane.yMax * 0.85,
});

/**
 * The brush by key: arrows move, Shift and arrows move the upper right corner, Enter or Space
 * begins, Escape clears. `undefined` means that the key is none of ours.
 */
export function brushKey(
  rectangle: Rectangle | null,
  pressed: { readonly key: string; readonly shift: boolean },
  plane: Plane,
): Rectangle | null | undefined {
  const { key, shift } = pressed;
  if (key === 'Escape') {
    return rectangle === null ? undefined : null;
  }
  if (key === 'Enter' || key === ' ') {
    return rectangle ?? defaultRectangle(plane);
  }
  const step = arrowStep(key, plane);
  if (step === null) {
    return undefined;
  }
  if (rectangle === null) {
    return defaultRectangle(plane);
  }
  if (!shift) {
    return moveRectangle(rectangle, step, plane);
  }
  const least = { x: plane.xMax / 50, y: plane.yMax / 50 };
  return {
    xMin: rectangle.xMin,
    yMin: rectangle.yMin,
    xMax: clamp(
      rectangle.xMax + step.x,
      Math.min(plane.xMax, rectangle.xMin + least.x),
      plane.xMax,
    ),
    yMax: clamp(
      rectangle.yMax + step.y,
      Math.min(plane.yMax, rectangle.yMin + least.y),
      plane.yMax,
    ),
  };
}

function arrowStep(key: string, plane: Plane): Spot | null {
  const x = plane.xMax / 50;
  const y = plane.yMax / 50;
  switch (key) {
    case 'ArrowLeft':
      return { x: -x, y: 0 };
    case 'ArrowRight':
      return { x, y: 0 };
    case 'ArrowUp':
      return { x: 0, y };
    case 'ArrowDown':
      return { x: 0, y: -y };
    default:
      return null;
  }
}

export const contains = (rectangle: Rectangle, spot: Spot): boolean =>
  spot.x >= rectangle.xMin &&
  spot.x <= rectangle.xMax &&
  spot.y >= rectangle.yMin &&
  spot.y <= rectangle.yMax;
