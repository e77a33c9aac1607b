import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { basename, isAbsolute } from 'node:path';

/** The machine, the versions and the command of a run: without them a number means nothing. */
export type Environment = {
  readonly command: string;
  readonly startedAt: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGb: number;
    readonly system: string;
    /**
     * Load of the last minute when the run began: other work on the machine slows what is timed.
     */
    readonly load: number;
  };
  readonly versions: Readonly<Record<string, string>>;
};

export function describeEnvironment(argv: readonly string[]): Environment {
  return {
    command: `npm run bench -- ${argv.map(withoutFolders).join(' ')}`,
    startedAt: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release()} ${process.arch}`,
      load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    },
    versions: {
      node: process.version,
      'onnxruntime-node': versionOf('onnxruntime-node'),
      '@dubio/bayes-core': versionOf('@dubio/bayes-core'),
    },
  };
}

/** A result is shown to others: it names files, not the folders of the machine it was made on. */
export const withoutFolders = (word: string): string => (isAbsolute(word) ? basename(word) : word);

function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8'));
      if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
        return String(manifest.version);
    } catch {
      // Not in this folder; the next one up may have it.
    }
  }
  return 'unknown';
}
