/** Icons of the product on a 16 px grid, 1.5 px round strokes. */
const PATHS = {
  check: 'M3.5 8.5 6.5 11.5 12.5 4.5',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.3v.1',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  down: 'm5 6.5 3 3 3-3',
  right: 'm6.5 5 3 3-3 3',
  left: 'm9.5 5-3 3 3 3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  search: 'M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM10 10l3.5 3.5',
  theme:
    'M10.500 8a2.500 2.500 0 1 1-5 0 2.500 2.500 0 0 1 5 0zM8 2v1.5M8 12.5V14M2 8h1.5M12.5 8H14M3.8 3.8l1 1M11.2 11.2l1 1M12.2 3.8l-1 1M4.8 11.2l-1 1',
  upload: 'M8 10.5V3M5 5.5 8 2.5l3 3M3 11v2h10v-2',
  download: 'M8 2.5V10M5 7.5 8 10.500l3-3M3 11.500v2h10v-2',
  keyboard: 'M2 4.500h12v7H2zM4.500 7h.1M7 7h.1M9.500 7h.1M11.800 7h.1M5 9.500h6',
  list: 'M5.500 4h8M5.500 8h8M5.500 12h8M2.500 4h.1M2.500 8h.1M2.500 12h.1',
  undo: 'M6 4 3 7l3 3M3 7h6.5a3.5 3.5 0 0 1 0 7H8',
  skip: 'M4 4l5 4-5 4zM12 4v8',
  flag: 'M4 14V3h7l-1.5 2.5L11 8H4',
  note: 'M3 3h10v7l-3 3H3zM10 13v-3h3',
  clock: 'M13.500 8a5.500 5.500 0 1 1-11 0 5.500 5.500 0 0 1 11 0zM8 5v3l2 1.5',
  retrain: 'M13 8a5 5 0 1 1-1.5-3.5L13 6M13 3v3h-3',
  file: 'M4 2.500h5L12.500 6v7.500H4zM9 2.500V6h3.500',
  overview: 'M2.5 11.5c2-6 4-7 5.5-4s3.500 2 5.500-4M2.500 13.500h11',
  label: 'M2.500 4.500h7l4 3.500-4 3.500h-7z',
  uncertainty:
    'M5.200 11a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0zM8.200 7a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0zM13.200 4a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0zM12.200 10a1.200 1.200 0 1 1-2.400 0 1.200 1.200 0 0 1 2.400 0z',
  models: 'M8 2.500 13 5v6l-5 2.500L3 11V5zM3 5l5 2.500L13 5M8 7.500v6',
  simulation: 'M6.500 2.500v4L3 13h10L9.500 6.500v-4M5.500 2.500h5',
  people:
    'M8 5.500a2.300 2.300 0 1 1-4.600 0 2.300 2.300 0 0 1 4.600 0zM1.500 13c.4-2.400 2-3.700 4.200-3.700s3.800 1.300 4.200 3.700M10.500 3.400a2.300 2.300 0 0 1 0 4.200M12 9.600c1.400.5 2.300 1.700 2.600 3.400',
  settings:
    'M10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM8 2v2M8 12v2M2 8h2M12 8h2M3.800 3.800l1.400 1.400M10.800 10.800l1.400 1.400M12.200 3.800l-1.400 1.400M5.200 10.800l-1.400 1.400',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  external: 'M9 2.500h4.500V7M13.500 2.500 7.500 8.500M11.500 9.500v4h-9v-9h4',
  info: 'M13.500 8a5.500 5.500 0 1 1-11 0 5.500 5.500 0 0 1 11 0zM8 7.500v3M8 5.400v.1',
  stop: 'M4.500 4.500h7v7h-7z',
  play: 'M5 3.500 12.500 8 5 12.500z',
  trash: 'M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.6 9h5.800l.6-9',
  image: 'M2.500 3h11v10h-11zM2.500 11l3.500-3.500 2.500 2.500 1.500-1.500 3.500 3.500M10.500 6h.1',
  door: 'M9.500 3h-6v10h6M7 8h7M11.500 5.500 14 8l-2.500 2.500',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative mark; the word beside it carries the meaning. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      className={className === undefined ? 'icon' : `icon ${className}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
