import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line takes from its surroundings; read here and nowhere else. */
export type CliEnvironment = {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly credentialsFile: string;
};

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): CliEnvironment {
  const folder = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return {
    url: env.DUBIO_URL || undefined,
    token: env.DUBIO_TOKEN || undefined,
    credentialsFile: join(folder, 'dubio', 'credentials.json'),
  };
}
