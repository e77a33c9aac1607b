/** The mark of Dubio: one half known, one half uncertainty. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" aria-hidden="true">
      <path className="fill-epistemic" d="M9 1.500a7.500 7.500 0 0 0 0 15z" />
      <path className="mark-half" d="M10.500 1.650a7.500 7.500 0 0 1 0 14.700z" />
      <path
        className="stroke-aleatoric"
        strokeWidth="1.5"
        d="M10.500 4.500 12.800 2.200M10.500 8 15.200 3.300M10.500 11.500 16.400 5.600M10.500 15 16.500 9M12 16l3.800-3.800"
      />
    </svg>
  );
}
