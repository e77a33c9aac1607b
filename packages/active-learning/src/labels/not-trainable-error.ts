/** Something about the labels keeps a model from being trained; trying again cannot help. */
export class NotTrainableError extends Error {
  override readonly name = 'NotTrainableError';
  constructor(
    readonly code: 'too-few-labels' | 'one-class-only',
    message: string,
  ) {
    super(message);
  }
}
