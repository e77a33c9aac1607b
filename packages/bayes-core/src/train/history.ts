export type TrainingProgress = {
  readonly member: number;
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly validationLoss?: number;
  /** Share of the work of the longest possible run that is done, 0 to 1. */
  readonly fractionDone: number;
};
