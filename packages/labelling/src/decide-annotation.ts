import {
  type AnnotationInput,
  answerProblems,
  ERRORS,
  type ErrorCode,
  type Origin,
} from '@dubio/contracts';
import { type ItemContext, isSettledByAnswers } from './item-context.js';
import type { LabellingProject } from './labelling-project.js';

export type Author = {
  projectId: string;
  userId: string;
  /** They may answer only what they were given, now or earlier, unless the project says so. */
  leasedOnly?: boolean;
};

export type Decision =
  | { taken: false; code: ErrorCode; detail: string }
  | {
      taken: true;
      extra: boolean;
      origin: Origin;
      generation: number;
      supersedesId: string | null;
    };

const refuse = (code: ErrorCode, detail: string = ERRORS[code].title): Decision => ({
  taken: false,
  code,
  detail,
});

function problemOf(project: LabellingProject, input: AnnotationInput): Decision | null {
  if (input.kind !== 'answer') return null;
  if (input.answer === undefined) {
    return refuse('annotation.invalid', 'An answer was expected, nothing came.');
  }
  const problem = answerProblems(project.labelSchema, input.answer)[0];
  if (problem === undefined) return null;
  return refuse(
    'annotation.invalid',
    `${problem.field}: expected ${problem.expected}, got ${problem.got}.`,
  );
}

/**
 * Decides what becomes of something a person says about an item; reads nothing, changes nothing.
 *
 * - Who answers only what they were given needs a lease on the item, be it long over.
 * - Where the item still needs an answer, the answer counts, be its lease long over.
 * - Where `overlap` people have answered, or the label was imported or set right by somebody, it is
 *   kept as an extra.
 * - Who answers an item again replaces the earlier answer, and the new one counts as the old did.
 */
export function decideAnnotation(
  project: LabellingProject,
  item: ItemContext,
  { userId, leasedOnly = false }: Pick<Author, 'userId' | 'leasedOnly'>,
  input: AnnotationInput,
): Decision {
  if (item.state === 'withdrawn') return refuse('annotation.withdrawn');
  if (input.leaseId !== null && item.lease === null) return refuse('lease.lost');
  const mine = item.standing.find((a) => a.userId === userId) ?? null;
  const given = item.lease !== null || mine !== null || project.policies.answerUnleased;
  if (leasedOnly && !given) return refuse('annotation.not-leased');
  if (item.split !== 'pool') {
    return refuse('annotation.invalid', 'Held-out items take their answers from an import only.');
  }
  const bad = problemOf(project, input);
  if (bad !== null) return bad;
  if (input.supersedes !== undefined && input.supersedes !== mine?.id) {
    const others = item.standing.some((a) => a.id === input.supersedes);
    return refuse(others ? 'annotation.not-yours' : 'annotation.superseded');
  }
  const source = item.lease ?? { ...item.entry, generation: project.generation };
  const origin = source.origin ?? (project.generation === 0 ? 'cold-start' : 'acquisition');
  const counted = item.standing.filter((a) => a.kind === 'answer' && !a.extra);
  const others = counted.filter((a) => a.userId !== userId).length;
  const replaced = input.kind === 'flag' ? null : mine;
  const full = !isSettledByAnswers(item) || others >= project.policies.overlap;
  return {
    taken: true,
    extra: input.kind === 'answer' && (replaced?.kind === 'answer' ? replaced.extra : full),
    // A correction is of the same draw as what it corrects.
    origin: replaced?.origin ?? origin,
    generation: source.generation,
    supersedesId: replaced?.id ?? null,
  };
}
