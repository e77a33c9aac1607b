// The face of the catalogue, without zod: what can be chosen, in words and bounds. See docs/decisions/0161.
export * from './acquisition.js';
export * from './featurisers.js';
export * from './fields.js';
export * from './model.js';
export * from './networks.js';
export * from './policies.js';
export * from './posteriors/index.js';
export * from './replay.js';
export * from './rules/index.js';
export * from './training.js';
