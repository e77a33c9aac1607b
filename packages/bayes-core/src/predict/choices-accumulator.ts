import { nonFinitePrediction } from './non-finite.js';

/** What is known about L choices after T samples: binary uncertainties, kept as sums per choice. */
export type ChoicesMoments = {
  readonly kind: 'choices';
  readonly rows: number;
  readonly choices: number;
  readonly samples: number;
  /** 1/T sum_t p_t, the probability that a choice is made, [N, L]. */
  readonly meanProbs_N_L: Float64Array;
  /** 1/T sum_t H[p_t] of each choice in nats, [N, L]. */
  readonly expectedEntropy_N_L: Float64Array;
  /** How many samples make each choice, [N, L]. */
  readonly votes_N_L: Uint16Array;
};

/** Adds up logits of choices sample by sample, in float64. */
export class ChoicesAccumulator {
  private readonly probs: Float64Array;
  private readonly entropies: Float64Array;
  private readonly votes: Uint16Array;

  constructor(
    private readonly rows: number,
    private readonly choices: number,
    private readonly samples: number,
  ) {
    this.probs = new Float64Array(rows * choices);
    this.entropies = new Float64Array(rows * choices);
    this.votes = new Uint16Array(rows * choices);
  }

  /** One sample's logits of the rows from `firstRow` on. @throws non_finite naming the row */
  add(logits: ArrayLike<number>, firstRow: number): void {
    const { choices } = this;
    for (let i = 0, at = firstRow * choices; i < logits.length; i++, at++) {
      const z = logits[i]!;
      if (!Number.isFinite(z)) throw nonFinitePrediction(firstRow + Math.floor(i / choices));
      // With u = exp(-|z|): the less likely answer has probability u / (1 + u), and H = log(1 + u)
      // + |z| u / (1 + u).
      const u = Math.exp(-Math.abs(z));
      const lesser = u / (1 + u);
      this.probs[at]! += z > 0 ? 1 - lesser : lesser;
      this.entropies[at]! += Math.log1p(u) + Math.abs(z) * lesser;
      if (z > 0) this.votes[at]! += 1;
    }
  }

  finish(): ChoicesMoments {
    const share = 1 / this.samples;
    return {
      kind: 'choices',
      rows: this.rows,
      choices: this.choices,
      samples: this.samples,
      meanProbs_N_L: this.probs.map((sum) => sum * share),
      expectedEntropy_N_L: this.entropies.map((sum) => sum * share),
      votes_N_L: this.votes,
    };
  }
}
