import { z } from 'zod';
import { FEATURISERS, ITEM_KINDS } from '../catalogue/featurisers.js';
import { POLICIES, STOP_RULES } from '../catalogue/policies.js';
import { bareShapeOf, shapeOf, unionOf } from './from-catalogue.js';

const Stop = z.object(shapeOf(STOP_RULES));

/** When to retrain, how many opinions, how long a lease lasts, when to stop. */
export const Policies = z.object({ ...shapeOf(POLICIES), stop: Stop.default(Stop.parse({})) });
export type Policies = z.infer<typeof Policies>;

/** Some of them, as a change: what is left out is not filled in, so that it stays as it was. */
export const PoliciesPatch = z.object({ ...bareShapeOf(POLICIES), stop: Stop }).partial();

/** What an item is, hence how it is shown and turned into features. */
export const ItemKind = z.enum(ITEM_KINDS);
export type ItemKind = z.infer<typeof ItemKind>;

/** How items become features; learned constants live with the feature set, not here. */
export const Featuriser = unionOf('kind', FEATURISERS);
export type Featuriser = z.infer<typeof Featuriser>;
