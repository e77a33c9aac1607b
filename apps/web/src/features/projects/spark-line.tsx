import { sparkPath } from './spark-path';

const WIDTH = 78;
const HEIGHT = 24;

/** The learning curve, small: its shape and where it stands; the figure is beside it. */
export function SparkLine({
  values,
  lowerIsBetter,
}: {
  values: readonly number[];
  lowerIsBetter: boolean;
}) {
  const spark = sparkPath(values, { width: WIDTH, height: HEIGHT, margin: 4, flip: lowerIsBetter });
  if (spark === null) return null;
  return (
    <svg
      className="chart spark"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <path className="model" strokeWidth="1.5" d={spark.path} />
      <circle className="pt" cx={spark.last.x} cy={spark.last.y} r="2.5" />
    </svg>
  );
}
