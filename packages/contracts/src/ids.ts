import { z } from 'zod';

const uuid = <Name extends string>(_name: Name) => z.uuid().brand<Name>();

/** Branded identifiers: a project id can never be handed over where an item id is meant. */
export const UserId = uuid('UserId');
export const WorkspaceId = uuid('WorkspaceId');
export const ProjectId = uuid('ProjectId');
export const ImportId = uuid('ImportId');
export const ItemId = uuid('ItemId');
export const FeatureSetId = uuid('FeatureSetId');
export const LeaseId = uuid('LeaseId');
export const AnnotationId = uuid('AnnotationId');
export const RoundId = uuid('RoundId');
export const ModelId = uuid('ModelId');
export const ScheduleId = uuid('ScheduleId');
export const SimulationId = uuid('SimulationId');
export const ApiTokenId = uuid('ApiTokenId');
export const InvitationId = uuid('InvitationId');

export type UserId = z.infer<typeof UserId>;
export type WorkspaceId = z.infer<typeof WorkspaceId>;
export type ProjectId = z.infer<typeof ProjectId>;
export type ImportId = z.infer<typeof ImportId>;
export type ItemId = z.infer<typeof ItemId>;
export type FeatureSetId = z.infer<typeof FeatureSetId>;
export type LeaseId = z.infer<typeof LeaseId>;
export type AnnotationId = z.infer<typeof AnnotationId>;
export type RoundId = z.infer<typeof RoundId>;
export type ModelId = z.infer<typeof ModelId>;
export type ScheduleId = z.infer<typeof ScheduleId>;
export type SimulationId = z.infer<typeof SimulationId>;
export type ApiTokenId = z.infer<typeof ApiTokenId>;
export type InvitationId = z.infer<typeof InvitationId>;
