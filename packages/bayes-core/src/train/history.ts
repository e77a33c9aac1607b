/** What one epoch of one network came to. */
export type EpochRecord = {
  /** Ensemble member, 0 where there is only one network. */
  readonly member: number;
  readonly epoch: number;
  /** Optimisation steps taken so far. */
  readonly step: number;
  /** Mean training loss of the epoch, nats (standardised units for numbers). */
  readonly loss: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
};

export type TrainingProgress = {
  readonly member: number;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly validationLoss?: number;
  /** Share of the work of the longest possible run that is done, 0 to 1. */
  readonly fractionDone: number;
};
