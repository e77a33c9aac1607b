import { histogramOf, type PoolScores, readPoolScores } from '@dubio/active-learning';
import {
  AppError,
  type api,
  ItemId,
  LabelSchema,
  maxUncertainty,
  type Uncertainty,
} from '@dubio/contracts';
import { ObjectNotFoundError, type ObjectStore } from '@dubio/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EndpointResult } from '../frame/call.js';
import { OBJECT_STORE } from '../frame/tokens.js';
import { toItem } from '../items/item.mapper.js';
import { ItemRepository } from '../items/item.repository.js';
import { gridCells, type Rectangle, rowsInside, sampleRows, topOf } from './plane.js';
import { type ReadyRound, UncertaintyRepository } from './uncertainty.repository.js';

type Plane = EndpointResult<typeof api.rounds.uncertainty>;
type PlaneItems = EndpointResult<typeof api.rounds.uncertaintyItems>;

const KEPT_ROUNDS = 4;

function uncertaintyOf(scores: PoolScores, row: number): Uncertainty {
  const { classes } = scores;
  const isClass = classes > 0;
  const predicted = scores.predicted[row] ?? -1;
  return {
    total: Math.max(0, scores.total[row] ?? 0),
    aleatoric: Math.max(0, scores.aleatoric[row] ?? 0),
    epistemic: Math.max(0, scores.epistemic[row] ?? 0),
    predictedClass: isClass && predicted >= 0 ? predicted : null,
    mean: isClass ? null : (scores.mean[row] ?? 0),
    votes: isClass ? [...scores.votes.subarray(row * classes, (row + 1) * classes)] : null,
  };
}

@Injectable()
export class UncertaintyService {
  /** Scores of the rounds looked at last; promises, so that one file is read once. */
  private readonly loaded = new Map<string, Promise<PoolScores>>();

  constructor(
    private readonly repository: UncertaintyRepository,
    private readonly items: ItemRepository,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** The whole pool as counts on a grid, and a sample of it as dots. */
  async plane(projectId: string, points: number): Promise<Plane> {
    const { round, scores } = await this.open(projectId);
    const rows = sampleRows(scores.ordinal.length, points);
    const ids = await this.repository.idsOf(
      projectId,
      rows.map((row) => scores.ordinal[row] ?? -1),
    );
    const schema = LabelSchema.parse(round.labelSchema);
    const top = topOf(scores, maxUncertainty(schema));
    const isClass = scores.classes > 0;
    const field = schema.fields[0];
    return {
      roundNumber: round.number,
      readyAt: round.readyAt.toISOString(),
      samples: round.samples,
      items: scores.ordinal.length,
      kind: isClass ? 'class' : 'number',
      classes: field && field.kind !== 'number' ? field.choices.map((choice) => choice.value) : [],
      points: rows.flatMap((row) => {
        const id = ids.get(scores.ordinal[row] ?? -1);
        if (id === undefined) return [];
        const { epistemic, aleatoric, predictedClass } = uncertaintyOf(scores, row);
        return [{ itemId: ItemId.parse(id), epistemic, aleatoric, predictedClass }];
      }),
      ...gridCells(scores, top),
      epistemicHistogram: histogramOf(scores.epistemic, top),
      aleatoricHistogram: histogramOf(scores.aleatoric, top),
    };
  }

  async itemsInside(projectId: string, box: Rectangle, limit: number): Promise<PlaneItems> {
    const { scores } = await this.open(projectId);
    const rows = rowsInside(scores, box);
    const counts = new Map<number, number>();
    if (scores.classes > 0) {
      for (const row of rows) {
        const predicted = scores.predicted[row] ?? -1;
        if (predicted >= 0) counts.set(predicted, (counts.get(predicted) ?? 0) + 1);
      }
    }
    return {
      total: rows.length,
      byClass: [...counts]
        .map(([predictedClass, count]) => ({ predictedClass, count }))
        .sort((a, b) => b.count - a.count),
      items: await this.showRows(projectId, scores, rows.slice(0, limit)),
    };
  }

  private async showRows(
    projectId: string,
    scores: PoolScores,
    rows: readonly number[],
  ): Promise<PlaneItems['items']> {
    const ordinals = rows.map((row) => scores.ordinal[row] ?? -1);
    const ids = await this.repository.idsOf(projectId, ordinals);
    const found = await this.items.listByIds(projectId, [...ids.values()]);
    const byOrdinal = new Map(found.map((item) => [item.ordinal, toItem(item)]));
    return rows.flatMap((row, place) => {
      const item = byOrdinal.get(ordinals[place] ?? -1);
      return item ? [{ item, uncertainty: uncertaintyOf(scores, row) }] : [];
    });
  }

  /** @throws AppError model.not-ready before the first round is ready */
  private async open(projectId: string): Promise<{ round: ReadyRound; scores: PoolScores }> {
    const round = await this.repository.findReadyRound(projectId);
    if (round === null) {
      throw new AppError('model.not-ready', 'No round is ready yet, so nothing has been scored.');
    }
    return { round, scores: await this.load(projectId, round.id) };
  }

  private load(projectId: string, roundId: string): Promise<PoolScores> {
    const known = this.loaded.get(roundId);
    this.loaded.delete(roundId);
    const scores = known ?? this.read(`projects/${projectId}/rounds/${roundId}/pool.bin`);
    this.loaded.set(roundId, scores);
    scores.catch(() => this.loaded.delete(roundId));
    for (const oldest of this.loaded.keys()) {
      if (this.loaded.size <= KEPT_ROUNDS) break;
      this.loaded.delete(oldest);
    }
    return scores;
  }

  private async read(key: string): Promise<PoolScores> {
    try {
      return readPoolScores(await this.store.get(key));
    } catch (cause) {
      if (!(cause instanceof ObjectNotFoundError)) throw cause;
      throw new AppError('model.not-ready', 'The scores of this round are gone.', { cause });
    }
  }
}
