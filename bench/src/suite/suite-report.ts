import { withoutFolders } from '../framework/environment.js';
import { type StoredResult, withDefaults } from '../framework/run-bench.js';
import type { Figure, SuiteEntry, Version } from './entry.js';
import type { Outcome } from './run-suite.js';

export type ReportPlace = {
  readonly version: Version;
  /** Folder of the results as seen from the report, '' for the same. */
  readonly folder: string;
};

/**
 * The report of a suite as Markdown: per entry our figure, the published one, its source and what
 * differs.
 */
export function suiteReport(
  entries: readonly SuiteEntry[],
  outcomes: ReadonlyMap<string, Outcome>,
  place: ReportPlace,
): string {
  const { version } = place;
  const sections = entries.map((entry) => section(entry, outcomes.get(entry.name)!, place));
  const command = `npm run bench -- suite${version === 'long' ? ' --long' : ''} --data FOLDER`;
  return [
    `# Bench suite, ${version} version`,
    `Written by \`${command}\`; the same command goes on where it was stopped. A remark stands wherever a figure of ours and a published one differ.`,
    ...sections,
    '',
  ].join('\n\n');
}

function section(entry: SuiteEntry, outcome: Outcome, place: ReportPlace): string {
  const stem = [place.folder, entry.name].filter((part) => part !== '').join('/');
  const head = `## ${entry.title}`;
  if (outcome.kind === 'not-run') return `${head}\n\nNot run yet.`;
  if (outcome.kind === 'left-out') return `${head}\n\n**Could not be run.** ${outcome.reason}`;
  const { result } = outcome;
  const table = entry.hasTable && typeof result.table === 'string' ? [result.table] : [];
  const picture = entry.hasPicture ? [`![${entry.title}](${stem}.svg)`] : [];
  return [
    head,
    `Protocol: ${entry.protocol[place.version]}.`,
    ...departures(entry, result, place.version),
    figuresTable(entry.figures(result)),
    ...table,
    ...picture,
    madeBy(stem, entry, result),
  ].join('\n\n');
}

/** A result that was made by hand with other options is not called by the name of this version. */
function departures(entry: SuiteEntry, { options }: StoredResult, version: Version): string[] {
  const planned = withDefaults(entry.bench, entry.options((path) => `/${path}`)[version]);
  const names = [...new Set([...Object.keys(planned), ...Object.keys(options)])];
  const changed = names.flatMap((name) => {
    const [asked, used] = [planned[name] && withoutFolders(planned[name]), options[name]];
    // Threads change the clock, not the figures; an option younger than the result had its default.
    const isYounger = used === undefined && asked === entry.bench.options[name]?.default;
    if (asked === used || isYounger || name === 'threads' || name === 'data') return [];
    return [`${name} ${used ?? 'none'} in place of ${asked ?? 'none'}`];
  });
  return changed.length > 0 ? [`**Not this protocol in full:** ${changed.join('; ')}.`] : [];
}

function figuresTable(figures: readonly Figure[]): string {
  const lines = figures.map(({ what, ours, published, remark }) =>
    [what, ours, published?.value ?? '', published?.source ?? '', remark ?? ''].join(' | '),
  );
  return [
    '| figure | ours | published | source | where they differ |',
    '|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

function madeBy(stem: string, entry: SuiteEntry, result: StoredResult): string {
  const { command, machine, startedAt } = result.environment;
  const seconds: number | undefined = entry.seconds?.(result) ?? result.seconds;
  const spent = seconds === undefined ? 'seconds not kept' : `${Math.round(seconds)} s`;
  return [
    `[${stem}.json](${stem}.json), ${spent}, ${startedAt.slice(0, 10)}, ${machine.cores} cores of ${machine.cpu}, load ${machine.load} when last called.`,
    `\n\`\`\`\n${command}\n\`\`\``,
  ].join('\n');
}
