export {
  type AnnotationKind,
  type AnnotationRow,
  annotationFields,
  isSkipped,
  notSuperseded,
  toAnnotationRow,
} from './annotation-row.js';
export { agreeOn } from './consensus.js';
export { type Correction, correctLabel } from './correct-label.js';
export type { Author } from './decide-annotation.js';
export { createDemoProject, type DemoOutcome } from './demo/demo-project.js';
export { readTruth, writeTruth } from './demo/truth.js';
export { readHot } from './hot-query.js';
export { applyOverlap, recountLabels } from './imported-labels.js';
export { getLabellingProject, type LabellingProject } from './labelling-project.js';
export { createStatusReader, labelsUntilRound, type StatusReader } from './labelling-status.js';
export { type LeaseRequest, leaseItems } from './lease-items.js';
export type { LeaseRow } from './lease-row.js';
export {
  releaseLeases,
  releaseLeasesOfMember,
  renewLeases,
  sweepLeases,
} from './lease-upkeep.js';
export { publishQueue, type QueueEntryInput } from './publish-queue.js';
export { afterRoundEnds } from './rounds/after-round-ends.js';
export { cancelRound } from './rounds/cancel-round.js';
export {
  type RoundRequest,
  type RoundWish,
  requestRound,
} from './rounds/request-round.js';
export { type SubmitOutcome, submitAnnotations } from './submit-annotation.js';
export { type UndoOutcome, type UndoRequest, undoAnnotation } from './undo-annotation.js';
export { withdrawItem } from './withdraw-item.js';
