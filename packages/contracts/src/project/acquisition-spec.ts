import { z } from 'zod';
import { ACQUISITION } from '../catalogue/acquisition.js';
import { namesOf } from '../catalogue/fields.js';
import { RULES, type AcquisitionRule as Rule } from '../catalogue/rules/index.js';
import { bareShapeOf, shapeOf } from './from-catalogue.js';

export const AcquisitionRule = z.enum(namesOf<Rule>(RULES));
export type AcquisitionRule = Rule;

export const AcquisitionSpec = z.object({ rule: AcquisitionRule, ...shapeOf(ACQUISITION) });
export type AcquisitionSpec = z.infer<typeof AcquisitionSpec>;

/** Some of it, as a change: what is left out is not filled in, so that it stays as it was. */
export const AcquisitionPatch = z
  .object({ rule: AcquisitionRule, ...bareShapeOf(ACQUISITION) })
  .partial();
export type AcquisitionPatch = z.infer<typeof AcquisitionPatch>;
