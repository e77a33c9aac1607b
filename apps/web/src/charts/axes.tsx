export type AxisTick = { readonly at: number; readonly text: string };

/** The drawing inside of the axes, in pixels. */
export type PlotArea = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

type AxisProps = { readonly plot: PlotArea; readonly ticks: readonly AxisTick[] };

/** Grid lines across the plot, with their values on the left. */
export const YAxis = ({ plot, ticks }: AxisProps) =>
  ticks.map(({ at, text }) => (
    <g key={text}>
      <path className="gr" d={`M${plot.left} ${at}H${plot.right}`} />
      <text x={plot.left - 7} y={at + 4} textAnchor="end">
        {text}
      </text>
    </g>
  ));

/** The line below the plot, with a stroke and a value for each tick. */
export const XAxis = ({ plot, ticks }: AxisProps) => (
  <>
    <path className="ax" d={`M${plot.left} ${plot.bottom}H${plot.right}`} />
    {ticks.map(({ at, text }) => (
      <g key={text}>
        <path className="ax" d={`M${at} ${plot.bottom}v4`} />
        <text x={at} y={plot.bottom + 17} textAnchor="middle">
          {text}
        </text>
      </g>
    ))}
  </>
);
