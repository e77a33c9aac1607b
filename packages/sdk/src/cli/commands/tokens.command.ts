import type { Command } from 'commander';
import type { Permission } from '../../schema.gen.js';
import type { CliContext } from '../context.js';
import { table } from '../output.js';
import { toNumber } from '../to-number.js';

type CreateOptions = { readonly days: number; readonly scopes?: Permission[] };

export function addTokenCommands(program: Command, context: CliContext): void {
  const tokens = program.command('tokens').description('your own API tokens');

  tokens
    .command('list', { isDefault: true })
    .description('your tokens; their secrets are not kept')
    .action(async (_options: unknown, command: Command) => {
      const client = context.client(command);
      const workspaceId = await context.workspaceId(command, client);
      const { tokens: all } = await client.tokens.list({ workspaceId });
      context.output(command).result(all, () =>
        table(
          ['name', 'begins', 'expires', 'last used', 'id'],
          all.map((one) => [one.name, one.prefix, one.expiresAt, one.lastUsedAt, one.id]),
        ),
      );
    });

  tokens
    .command('create')
    .description('make a token; its secret is shown once')
    .argument('<name>', 'what it is for')
    .option('--days <days>', 'how long it works', toNumber, 90)
    .option(
      '--scopes <scopes>',
      'what it may do, with commas between; all you may when absent',
      (text) => text.split(',') as Permission[],
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const client = context.client(command);
      const made = await client.tokens.create({
        workspaceId: await context.workspaceId(command, client),
        body: {
          name,
          expiresInDays: options.days,
          ...(options.scopes ? { scopes: options.scopes } : {}),
        },
      });
      context.output(command).result(made, () => made.secret);
    });

  tokens
    .command('revoke')
    .description('end a token at once')
    .argument('<id>')
    .action(async (tokenId: string, _options: unknown, command: Command) => {
      const client = context.client(command);
      const workspaceId = await context.workspaceId(command, client);
      await client.tokens.revoke({ workspaceId, tokenId });
      context.output(command).result({ revoked: tokenId }, () => 'Revoked.');
    });
}
