export {
  ACQUISITION_RULES,
  CHANCE_RULES,
  CLASS_RULES,
  NUMBER_RULES,
  RACE_RULES,
  ruleProblem,
  rulesFor,
} from './acquisition-rules/index.js';
export * from './api/auth.js';
export * from './api/common.js';
export * from './api/endpoint.js';
export * from './api/index.js';
export * from './api/models.js';
export * from './api/projects.js';
export * from './api/queue.js';
export * from './api/rounds.js';
export * from './api/schedules.js';
export * from './api/simulations.js';
export * from './errors.js';
export * from './events.js';
export * from './field-problems.js';
export * from './ids.js';
export * from './jobs.js';
export * from './openapi/document.js';
export * from './permissions.js';
export * from './project/acquisition-spec.js';
export * from './project/conformal-scores.js';
export * from './project/cron.js';
export * from './project/label-schema.js';
export * from './project/model-spec.js';
export * from './project/next-fire.js';
export * from './project/policies.js';
export * from './project/small-network.js';
