'use client';
import { useId, useMemo } from 'react';
import { classColour } from '@/components/ui/chip';
import { ChartFrame } from '../chart-frame';
import type { Rectangle } from './brush';
import { BrushLayer } from './brush-layer';
import { prepareScatter, type Scatter, type ScatterInput } from './prepare-scatter';

type ScatterProps = {
  readonly input: ScatterInput;
  readonly hidden: ReadonlySet<number>;
  readonly selection: Rectangle | null;
  readonly selected: number | null;
  readonly onSelect: (selection: Rectangle | null) => void;
};

/** The pool on the plane of the two kinds of uncertainty, with a brush by mouse, touch and key. */
export function ScatterChart(props: ScatterProps) {
  const { input, hidden, selection, selected } = props;
  const at = useMemo(
    () => (width: number) => prepareScatter(input, { width, hidden, selection, selected }),
    [input, hidden, selection, selected],
  );
  return (
    <ChartFrame
      label={at(610).finding}
      initialWidth={610}
      height={(width) => at(width).height}
      overlay={(width) => (
        <BrushLayer
          scatter={at(width)}
          input={input}
          selection={selection}
          onSelect={props.onSelect}
        />
      )}
    >
      {(width) => <Drawing scatter={at(width)} unit={input.unit} />}
    </ChartFrame>
  );
}

function Drawing({ scatter, unit }: { readonly scatter: Scatter; readonly unit: string }) {
  const id = useId();
  const { plot } = scatter;
  return (
    <>
      <defs>
        <pattern
          id={`${id}hatch`}
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="hatch-a" width="4" height="4" />
          <rect className="hatch-b" width="2" height="4" />
        </pattern>
        <clipPath id={`${id}clip`}>
          <rect
            x={plot.left}
            y={plot.top}
            width={plot.right - plot.left}
            height={plot.bottom - plot.top}
          />
        </clipPath>
      </defs>
      <Axes scatter={scatter} />
      <g clipPath={`url(#${id}clip)`}>
        {scatter.density.map((level) => (
          <path key={level.level} className={`seq-${level.level}`} d={level.path} />
        ))}
        <Dots scatter={scatter} />
      </g>
      <Names scatter={scatter} unit={unit} hatch={`url(#${id}hatch)`} />
      {scatter.brush === null ? null : <Brush brush={scatter.brush} />}
    </>
  );
}

function Axes({ scatter }: { readonly scatter: Scatter }) {
  const { plot } = scatter;
  return (
    <>
      {scatter.yTicks.map((tick) => (
        <g key={`y${tick.text}`}>
          <path className="gr" d={`M${plot.left} ${tick.at}H${plot.right}`} />
          <text x={plot.left - 7} y={tick.at + 4} textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      {scatter.xTicks.map((tick) => (
        <g key={`x${tick.text}`}>
          <path className="gr" d={`M${tick.at} ${plot.top}V${plot.bottom}`} />
          <text x={tick.at} y={plot.bottom + 16} textAnchor="middle">
            {tick.text}
          </text>
        </g>
      ))}
    </>
  );
}

function Dots({ scatter }: { readonly scatter: Scatter }) {
  return scatter.dots.map((group) => {
    const colour = group.predictedClass === null ? 'c-other' : classColour(group.predictedClass);
    return (
      <g key={group.predictedClass ?? 'none'}>
        <g className={`fc ${colour}`} opacity={0.55}>
          {group.plain.map((dot) => (
            <circle key={dot.itemId} cx={dot.x} cy={dot.y} r="2.4" />
          ))}
        </g>
        <g className={`fc ${colour}`}>
          {group.chosen.map((dot) => (
            <circle key={dot.itemId} cx={dot.x} cy={dot.y} r="2.8" />
          ))}
        </g>
      </g>
    );
  });
}

function Names(props: {
  readonly scatter: Scatter;
  readonly unit: string;
  readonly hatch: string;
}) {
  const { scatter, unit, hatch } = props;
  const { plot } = scatter;
  return (
    <>
      {scatter.ceiling === null ? null : (
        <>
          <path className="ax" strokeDasharray="3 3" d={scatter.ceiling.path} />
          <text
            className="halo"
            x={scatter.ceiling.x}
            y={scatter.ceiling.y}
            textAnchor={scatter.ceiling.anchor}
          >
            {scatter.ceiling.text}
          </text>
        </>
      )}
      <path className="ax" d={`M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`} />
      {scatter.narrow ? null : (
        <>
          <text className="lab halo-wide" x={plot.left + 8} y={plot.top + 35}>
            <tspan className="te" fontWeight="600">
              Models disagree:
            </tspan>{' '}
            ask a person
          </text>
          <text className="lab halo-wide" x={plot.right - 8} y={plot.bottom - 26} textAnchor="end">
            <tspan className="ta" fontWeight="600">
              Ambiguous to all:
            </tspan>
          </text>
          <text className="lab halo-wide" x={plot.right - 8} y={plot.bottom - 11} textAnchor="end">
            labels do not help
          </text>
          <path fill={hatch} d={scatter.top} />
          <path className="epi" d={scatter.right} />
          <text x={plot.right + 6} y={plot.top - 10}>
            √ count
          </text>
        </>
      )}
      <rect
        className="epi"
        x={scatter.narrow ? 0 : plot.left + 8}
        y={scatter.narrow ? 6 : plot.top + 9}
        width="9"
        height="9"
        rx="2"
      />
      <text
        className="lab1 halo-wide"
        x={scatter.narrow ? 14 : plot.left + 22}
        y={scatter.narrow ? 15 : plot.top + 18}
      >
        Epistemic
        <tspan className="lab" fontWeight="400">
          , {unit}
        </tspan>
      </text>
      <rect
        fill={hatch}
        // The swatch stands before a name that ends at the right: about 6.2 px a letter.
        x={plot.right - 71 - 6.2 * unit.length}
        y={plot.bottom + 25}
        width="9"
        height="9"
        rx="2"
      />
      <text className="lab1" x={plot.right} y={plot.bottom + 34} textAnchor="end">
        Aleatoric
        <tspan className="lab" fontWeight="400">
          , {unit}
        </tspan>
      </text>
    </>
  );
}

function Brush({ brush }: { readonly brush: NonNullable<Scatter['brush']> }) {
  const corners = [
    [brush.x, brush.y],
    [brush.x + brush.width, brush.y],
    [brush.x, brush.y + brush.height],
    [brush.x + brush.width, brush.y + brush.height],
  ] as const;
  return (
    <>
      <rect className="brush" x={brush.x} y={brush.y} width={brush.width} height={brush.height} />
      {corners.map(([x, y], corner) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: four corners, always the same
          key={corner}
          className="handle"
          x={x - 3.5}
          y={y - 3.5}
          width="7"
          height="7"
          rx="1.5"
        />
      ))}
      <text
        className="brush-label halo-wide"
        x={brush.x + brush.width / 2}
        y={brush.y - 9}
        textAnchor="middle"
      >
        {brush.text}
      </text>
    </>
  );
}
