'use client';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { formatNumber } from '@/lib/format';
import { brushKey, dragRectangle, type Grip, gripAt, type Rectangle, type Spot } from './brush';
import { nearestDot, type Scatter, type ScatterInput } from './prepare-scatter';

type BrushLayerProps = {
  readonly scatter: Scatter;
  readonly input: ScatterInput;
  readonly selection: Rectangle | null;
  readonly onSelect: (selection: Rectangle | null) => void;
};
type Drag = { readonly grip: Grip; readonly rectangle: Rectangle | null; readonly spot: Spot };
type Tip = { readonly x: number; readonly y: number; readonly text: string };

/** Takes pointers and keys on top of the plane; what they mean is decided in brush.ts. */
export function BrushLayer({ scatter, input, selection, onSelect }: BrushLayerProps) {
  const layer = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const { plot, plane } = scatter;

  const place = (event: PointerEvent): { at: { x: number; y: number }; spot: Spot } => {
    const box = layer.current?.getBoundingClientRect();
    const at = {
      x: plot.left + event.clientX - (box?.left ?? 0),
      y: plot.top + event.clientY - (box?.top ?? 0),
    };
    return { at, spot: { x: scatter.x.invert(at.x), y: scatter.y.invert(at.y) } };
  };
  const slack = (event: PointerEvent): Spot => {
    const reach = event.pointerType === 'touch' ? 16 : 7;
    return {
      x: (reach / (plot.right - plot.left)) * plane.xMax,
      y: (reach / (plot.bottom - plot.top)) * plane.yMax,
    };
  };
  const press = (event: PointerEvent) => {
    if (event.button !== 0) {
      return;
    }
    const { spot } = place(event);
    drag.current = { grip: gripAt(selection, spot, slack(event)), rectangle: selection, spot };
    layer.current?.setPointerCapture(event.pointerId);
    setTip(null);
  };
  const move = (event: PointerEvent) => {
    const { at, spot } = place(event);
    if (drag.current !== null) {
      onSelect(dragRectangle(drag.current, spot, plane));
      return;
    }
    const dot = nearestDot(scatter, at);
    const point = dot === null ? undefined : input.points.find((one) => one.itemId === dot.itemId);
    setTip(point === undefined ? null : { x: at.x, y: at.y, text: dotText(point, input) });
  };
  const release = (event: PointerEvent) => {
    const begun = drag.current;
    drag.current = null;
    if (begun?.grip.kind !== 'new') {
      return;
    }
    const { spot } = place(event);
    const tapped =
      Math.abs(scatter.x(spot.x) - scatter.x(begun.spot.x)) < 4 &&
      Math.abs(scatter.y(spot.y) - scatter.y(begun.spot.y)) < 4;
    if (tapped) {
      onSelect(null);
    }
  };
  const key = (event: KeyboardEvent) => {
    const next = brushKey(selection, { key: event.key, shift: event.shiftKey }, plane);
    if (next !== undefined) {
      event.preventDefault();
      onSelect(next);
    }
  };
  return (
    <>
      <div
        ref={layer}
        className="brush-layer"
        // The plane is one control with its own keys: there is no native element for a rectangle.
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys
        tabIndex={0}
        aria-label="Selection on the plane. Enter begins, arrow keys move, Shift and arrow keys resize, Escape clears."
        style={{
          left: plot.left,
          top: plot.top,
          width: plot.right - plot.left,
          height: plot.bottom - plot.top,
        }}
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={() => {
          drag.current = null;
        }}
        onPointerLeave={() => setTip(null)}
        onKeyDown={key}
      />
      {tip === null ? null : (
        <div
          className="chart-tip num"
          style={{
            left: Math.min(tip.x + 12, plot.right - 150),
            top: Math.max(0, tip.y - 34),
          }}
        >
          {tip.text}
        </div>
      )}
    </>
  );
}

function dotText(point: ScatterInput['points'][number], input: ScatterInput): string {
  const name =
    point.predictedClass === null ? '' : `${input.classes[point.predictedClass] ?? 'other'}: `;
  return `${name}epistemic ${formatNumber(point.epistemic)}, aleatoric ${formatNumber(point.aleatoric)} ${input.unit}`;
}
