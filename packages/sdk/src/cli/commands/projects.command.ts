import type { Command } from 'commander';
import { paginate } from '../../paginate.js';
import type { LabelField, Project, ProjectSummary } from '../../schema.gen.js';
import { ITEM_KINDS, NETWORKS, POSTERIORS, RULES } from '../choices.gen.js';
import type { CliContext } from '../context.js';
import { listChoices, oneOf } from '../one-of.js';
import { short, table } from '../output.js';
import { toNumber } from '../to-number.js';

type CreateOptions = {
  readonly kind: keyof typeof ITEM_KINDS;
  readonly question: string;
  readonly field: string;
  readonly choices?: string[];
  readonly number?: boolean;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly retrainAfter?: number;
  readonly rule?: keyof typeof RULES;
  readonly posterior?: keyof typeof POSTERIORS;
  readonly network?: keyof typeof NETWORKS;
};

function labelField(options: CreateOptions): LabelField {
  const { field: name, question, choices } = options;
  if (choices && !options.number) {
    return { kind: 'choice', name, question, choices: choices.map((value) => ({ value })) };
  }
  if (!options.number) throw new Error('Say what the answers are: --choices a,b,c or --number.');
  return {
    kind: 'number',
    name,
    question,
    ...(options.unit === undefined ? {} : { unit: options.unit }),
    ...(options.minimum === undefined ? {} : { minimum: options.minimum }),
    ...(options.maximum === undefined ? {} : { maximum: options.maximum }),
  };
}

/** What was said about how to learn and to choose; the server knows the rest. */
function learning({ rule, posterior, network, retrainAfter }: CreateOptions) {
  const isModelSaid = posterior !== undefined || network !== undefined;
  const modelSpec = {
    ...(posterior === undefined ? {} : { posterior: { kind: posterior } }),
    ...(network === undefined ? {} : { network: { preset: network } }),
  };
  return {
    ...(isModelSaid ? { modelSpec } : {}),
    ...(rule === undefined ? {} : { acquisition: { rule } }),
    ...(retrainAfter === undefined ? {} : { policies: { retrainAfterLabels: retrainAfter } }),
  };
}

const describe = (project: Project): string =>
  [
    `${project.name} (${project.id})`,
    `  ${project.itemCount} items, ${project.labelCount} labels, ${project.state}`,
    `  round ${project.readyRound ?? '–'} ready, ${project.metricName} ${short(project.curve.at(-1)?.metric)}`,
    `  ${project.verdict.headline}: ${project.verdict.reason}`,
  ].join('\n');

export function addProjectCommands(program: Command, context: CliContext): void {
  const projects = program.command('projects').description('list, make, show and delete projects');

  projects
    .command('list', { isDefault: true })
    .description('projects of the workspace')
    .action(async (_options: unknown, command: Command) => {
      const client = context.client(command);
      const workspaceId = await context.workspaceId(command, client);
      const all: ProjectSummary[] = [];
      for await (const one of paginate(client.projects.list, { workspaceId })) all.push(one);
      context.output(command).result(all, () =>
        table(
          ['name', 'items', 'labels', 'round', 'state', 'id'],
          all.map((one) => [
            one.name,
            one.itemCount,
            one.labelCount,
            one.readyRound,
            one.state,
            one.id,
          ]),
        ),
      );
    });

  projects
    .command('create')
    .description('make a project; model, acquisition and policies have defaults')
    .argument('<name>')
    .option(
      '--kind <kind>',
      `what an item is: ${Object.keys(ITEM_KINDS).join(', ')}`,
      oneOf(ITEM_KINDS),
      'table',
    )
    .option('--question <question>', 'what people are asked', 'Which one is it?')
    .option('--field <name>', 'name of the answer; the column of known answers in a CSV', 'label')
    .option('--choices <values>', 'the answers, with commas between', (text) => text.split(','))
    .option('--number', 'the answer is a number')
    .option('--unit <unit>')
    .option('--minimum <number>', 'least number', toNumber)
    .option('--maximum <number>', 'greatest number', toNumber)
    .option('--retrain-after <labels>', 'start a round after so many new labels', toNumber)
    .option('--rule <rule>', 'how items are chosen, see below', oneOf(RULES))
    .option('--posterior <kind>', 'how weights are uncertain, see below', oneOf(POSTERIORS))
    .option('--network <preset>', 'how the network is built, see below', oneOf(NETWORKS))
    .addHelpText('after', () =>
      [
        listChoices('Rules', RULES),
        listChoices('Posteriors', POSTERIORS),
        listChoices('Networks', NETWORKS),
      ].join(''),
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const client = context.client(command);
      const made = await client.projects.create({
        workspaceId: await context.workspaceId(command, client),
        body: {
          name,
          itemKind: options.kind,
          labelSchema: { fields: [labelField(options)] },
          ...learning(options),
        },
      });
      context.output(command).result(made, () => describe(made));
    });

  projects
    .command('show')
    .description('one project with its counts and verdict')
    .argument('<project>', 'id or name')
    .action(async (project: string, _options: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const found = await client.projects.get({ projectId });
      context.output(command).result(found, () => describe(found));
    });

  projects
    .command('delete')
    .description('delete a project with everything in it')
    .argument('<project>', 'id or name')
    .requiredOption('--yes', 'you mean it; there is no way back')
    .action(async (project: string, _options: unknown, command: Command) => {
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      await client.projects.remove({ projectId });
      context.output(command).result({ deleted: projectId }, () => `Deleted ${project}.`);
    });
}
