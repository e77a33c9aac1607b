import {
  AppError,
  type FieldProblem,
  LabelSchema,
  ProjectId,
  type Simulation,
  SimulationId,
  type SimulationSpec,
  sayProblem,
} from '@dubio/contracts';
import { rulesFor } from '@dubio/contracts/catalogue';
import { enqueueJob, publishEvent, type Queryable } from '@dubio/platform';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor, Place } from '../frame/call.js';
import { toSimulation } from './simulation.mapper.js';
import { type Known, type ReplayKey, SimulationRepository } from './simulation.repository.js';

type Spec = z.output<typeof SimulationSpec>;

const nothingHere = () => new AppError('resource.not-found', 'There is no simulation of this id.');

/** @throws AppError request.invalid, simulation.no-truth */
function checkSpec(spec: Spec, known: Known): void {
  const schema = LabelSchema.parse(known.labelSchema);
  const rules = rulesFor(schema);
  const fields: FieldProblem[] = spec.rules
    .filter((rule) => !rules.includes(rule))
    .map((rule) => ({ field: 'body.rules', expected: `only ${rules.join(', ')}`, got: rule }));
  if (spec.endLabels <= spec.startLabels) {
    const expected = `more than the ${spec.startLabels} labels of the start`;
    fields.push({ field: 'body.endLabels', expected, got: String(spec.endLabels) });
  }
  if (spec.poolSize < spec.endLabels) {
    const expected = `at least the ${spec.endLabels} labels of the end`;
    fields.push({ field: 'body.poolSize', expected, got: String(spec.poolSize) });
  }
  const first = fields[0];
  if (first !== undefined) {
    const detail = `${sayProblem(first)}.`;
    throw new AppError('request.invalid', detail, { fields });
  }
  if (!known.hasTruth && known.answers < spec.endLabels) {
    throw new AppError(
      'simulation.no-truth',
      `${known.answers} items have a known answer, ${spec.endLabels} are needed. Label more, import answers, or end earlier.`,
    );
  }
}

@Injectable()
export class SimulationService {
  constructor(
    private readonly repository: SimulationRepository,
    private readonly audit: AuditRepository,
  ) {}

  async get(projectId: string, id: string): Promise<Simulation> {
    const row = await this.repository.find(projectId, id);
    if (row === null) throw nothingHere();
    return toSimulation(row);
  }

  async create(actor: Actor, place: Place, spec: Spec): Promise<Simulation> {
    const projectId = place.projectId ?? '';
    const id = await this.repository.transaction(async (tx) => {
      checkSpec(spec, await this.repository.readKnown(tx, projectId));
      const made = await this.repository.insert(tx, projectId, spec);
      const replays = await this.repository.listReplays(tx, made);
      await this.enqueue(tx, { projectId, id: made }, replays);
      await this.audit.add(tx, actor, place, {
        action: 'simulation.create',
        subject: made,
        details: { rules: spec.rules, seeds: spec.seeds },
      });
      return made;
    });
    return this.get(projectId, id);
  }

  async cancel(actor: Actor, place: Place, id: string): Promise<Simulation> {
    const projectId = place.projectId ?? '';
    await this.repository.transaction(async (tx) => {
      const state = await this.repository.lock(tx, projectId, id);
      if (state === null) throw nothingHere();
      if (state !== 'queued' && state !== 'running') return;
      await this.repository.cancel(tx, id);
      await this.tell(tx, projectId, id);
      await this.audit.add(tx, actor, place, { action: 'simulation.cancel', subject: id });
    });
    return this.get(projectId, id);
  }

  async retry(actor: Actor, place: Place, id: string): Promise<Simulation> {
    const projectId = place.projectId ?? '';
    await this.repository.transaction(async (tx) => {
      if ((await this.repository.lock(tx, projectId, id)) === null) throw nothingHere();
      const replays = await this.repository.reopen(tx, id);
      if (replays.length === 0) return;
      await this.enqueue(tx, { projectId, id }, replays);
      await this.audit.add(tx, actor, place, { action: 'simulation.retry', subject: id });
    });
    return this.get(projectId, id);
  }

  private async enqueue(
    tx: Queryable,
    at: { projectId: string; id: string },
    replays: readonly ReplayKey[],
  ): Promise<void> {
    const simulationId = SimulationId.parse(at.id);
    const projectId = ProjectId.parse(at.projectId);
    for (const { rule, seed } of replays) {
      await enqueueJob(tx, 'simulation.run', { simulationId, projectId, rule, seed });
    }
    await this.tell(tx, at.projectId, at.id);
  }

  private async tell(tx: Queryable, projectId: string, id: string): Promise<void> {
    const simulationId = SimulationId.parse(id);
    await publishEvent(tx, projectId, { type: 'simulation.changed', simulationId });
  }
}
