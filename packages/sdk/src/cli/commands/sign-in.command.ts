import { hostname } from 'node:os';
import type { Command } from 'commander';
import { createClient, type DubioClient } from '../../client.js';
import type { CliContext } from '../context.js';
import { deleteCredentials, writeCredentials } from '../credentials.js';

/** The secret of a one-time link, wherever in the address it stands. */
export function readLink(link: string): { url: string; token: string } {
  const parsed = URL.canParse(link) ? new URL(link) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new Error(`Expected a link such as http://localhost:3000/…, got ${link}.`);
  }
  const hash = new URLSearchParams(parsed.hash.slice(1));
  const bare =
    [...hash.keys()].length === 1 && [...hash.values()][0] === '' ? parsed.hash.slice(1) : '';
  const last = parsed.pathname.split('/').filter(Boolean).at(-1) ?? '';
  const token = parsed.searchParams.get('token') ?? hash.get('token') ?? (bare || last);
  if (token.length < 20) throw new Error('There is no one-time secret in this link.');
  return { url: parsed.origin, token };
}

/** Uses up a one-time link and makes an API token with the session it opens. */
async function exchangeLink(link: string, name: string | undefined) {
  const { url, token } = readLink(link);
  let cookie = '';
  const opening = createClient({
    baseUrl: url,
    retries: 0,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      cookie = response.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
      return response;
    },
  });
  const me = await opening.auth.signIn({ body: name === undefined ? { token } : { token, name } });
  const [workspace] = me.workspaces;
  if (!workspace) throw new Error('This link leads into no workspace.');
  const session = createClient({ baseUrl: url, headers: { cookie, origin: url } });
  const made = await session.tokens.create({
    workspaceId: workspace.id,
    body: { name: `dubio on ${hostname()}`.slice(0, 80) },
  });
  await session.auth.signOut();
  return { url, token: made.secret };
}

const whoIs = async (client: DubioClient, url: string) => {
  const me = await client.auth.me();
  const roles = me.workspaces.map((one) => `${one.role} of ${one.name}`).join(', ');
  return { me, sentence: `${me.name}, ${roles || 'in no workspace'}, at ${url}` };
};

export function addSignInCommands(program: Command, context: CliContext): void {
  program
    .command('sign-in')
    .description('sign in by a one-time link, or with --token; kept in a file only you can read')
    .argument('[link]', 'a one-time link, as `npm start` or an invitation gives it')
    .option('--name <name>', 'how you want to be called, for a first sign-in')
    .action(async (link: string | undefined, options: { name?: string }, command: Command) => {
      const given = context.address(command);
      const explicit = context.options(command).token ?? context.environment.token;
      if (link === undefined && explicit === undefined) {
        throw new Error('Expected a one-time link, or --token with an API token made in the page.');
      }
      const found =
        link === undefined
          ? { url: given.url, token: explicit ?? '' }
          : await exchangeLink(link, options.name);
      const client = createClient({ baseUrl: found.url, token: found.token });
      const { me, sentence } = await whoIs(client, found.url);
      writeCredentials(context.environment.credentialsFile, found);
      context.output(command).result(me, () => `Signed in as ${sentence}.`);
    });

  program
    .command('whoami')
    .description('who is signed in, and where')
    .action(async (_options: unknown, command: Command) => {
      const { me, sentence } = await whoIs(context.client(command), context.address(command).url);
      context.output(command).result(me, () => `${sentence}.`);
    });

  program
    .command('sign-out')
    .description('forget the token on this machine')
    .action((_options: unknown, command: Command) => {
      deleteCredentials(context.environment.credentialsFile);
      context.output(command).result({ signedOut: true }, () => 'Signed out.');
    });
}
