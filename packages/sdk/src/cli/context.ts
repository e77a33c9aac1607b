import type { Command } from 'commander';
import { createClient, type DubioClient } from '../client.js';
import { paginate } from '../paginate.js';
import type { ProjectSummary } from '../schema.gen.js';
import { readCredentials } from './credentials.js';
import type { CliEnvironment } from './environment.js';
import { createOutput, type Output } from './output.js';

export type GlobalOptions = {
  readonly url?: string;
  readonly token?: string;
  readonly workspace?: string;
  readonly json?: boolean;
};
export type Streams = {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  readonly in: NodeJS.ReadableStream;
};

const DEFAULT_URL = 'http://localhost:3000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What every command works with: options, streams, a signed-in client. */
export class CliContext {
  readonly environment: CliEnvironment;
  readonly streams: Streams;
  constructor(environment: CliEnvironment, streams: Streams) {
    this.environment = environment;
    this.streams = streams;
  }

  options(command: Command): GlobalOptions {
    return command.optsWithGlobals<GlobalOptions>();
  }

  output(command: Command): Output {
    return createOutput(this.options(command).json === true, this.streams.out, this.streams.err);
  }

  /** Flags first, then the environment, then where somebody signed in last. */
  address(command: Command): { url: string; token: string | undefined } {
    const options = this.options(command);
    const { environment } = this;
    const stored = readCredentials(environment.credentialsFile);
    const url = (options.url ?? environment.url ?? stored?.url ?? DEFAULT_URL).replace(/\/+$/, '');
    // A token belongs to the place it was made for and is not sent anywhere else.
    const kept = stored?.url === url ? stored.token : undefined;
    return { url, token: options.token ?? environment.token ?? kept };
  }

  client(command: Command): DubioClient {
    const { url, token } = this.address(command);
    if (token === undefined) {
      throw new Error(
        `You are not signed in at ${url}. Run "dubio sign-in <link>", or set DUBIO_TOKEN (and DUBIO_URL).`,
      );
    }
    return createClient({ baseUrl: url, token });
  }

  /** The workspace that was named, or the only one there is. */
  async workspaceId(command: Command, client: DubioClient): Promise<string> {
    const { workspaces } = await client.auth.me();
    const wanted = this.options(command).workspace;
    const names = workspaces.map((one) => one.name).join(', ');
    if (wanted === undefined) {
      const [first, second] = workspaces;
      if (first && !second) return first.id;
      throw new Error(
        `You are in ${workspaces.length} workspaces (${names}). Say --workspace <name>.`,
      );
    }
    const found = workspaces.find((one) => one.id === wanted || one.name === wanted);
    if (found) return found.id;
    throw new Error(`Expected one of your workspaces (${names}), got --workspace ${wanted}.`);
  }

  /** A project by its id, or by its name where only one has it. */
  async projectId(command: Command, client: DubioClient, project: string): Promise<string> {
    if (UUID.test(project)) return project;
    const workspaceId = await this.workspaceId(command, client);
    const all: ProjectSummary[] = [];
    for await (const one of paginate(client.projects.list, { workspaceId, limit: 200 }))
      all.push(one);
    const found = all.filter((one) => one.name === project);
    if (found[0] && found.length === 1) return found[0].id;
    const names = all.map((one) => one.name).join(', ') || 'there is none yet';
    throw new Error(
      found.length === 0
        ? `No project is called ${project} (${names}).`
        : `${found.length} projects are called ${project}. Give the id instead: ${found.map((one) => one.id).join(', ')}.`,
    );
  }
}
