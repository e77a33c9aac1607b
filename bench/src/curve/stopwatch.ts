import type { Model } from '@dubio/active-learning';

type Predictor = Awaited<ReturnType<Model['predictor']>>;

/** Where the time of one turn goes: training, predicting, and the rest, which is choosing. */
export class Stopwatch {
  private readonly begunAt = performance.now();
  private trainMs = 0;
  private predictMs = 0;

  async train<T>(work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const result = await work();
    this.trainMs += performance.now() - since;
    return result;
  }

  /** The same predictor; its time is counted as predicting. */
  watched(predictor: Predictor): Predictor {
    const timed = async <T>(work: Promise<T>): Promise<T> => {
      const since = performance.now();
      const result = await work;
      this.predictMs += performance.now() - since;
      return result;
    };
    return {
      samples: predictor.samples,
      moments: (...given) => timed(predictor.moments(...given)),
      logProbs: (...given) => timed(predictor.logProbs(...given)),
      sampleMeans: (...given) => timed(predictor.sampleMeans(...given)),
    };
  }

  /** Of the turn so far. */
  seconds(): { trainSeconds: number; scoreSeconds: number; acquireSeconds: number } {
    const rest = performance.now() - this.begunAt - this.trainMs - this.predictMs;
    return {
      trainSeconds: secondsOf(this.trainMs),
      scoreSeconds: secondsOf(this.predictMs),
      acquireSeconds: secondsOf(rest),
    };
  }
}

const secondsOf = (ms: number): number => Math.round(ms) / 1000;
