import { z } from 'zod';

export const Role = z.enum(['owner', 'engineer', 'reviewer', 'annotator']);
export type Role = z.infer<typeof Role>;

export const PERMISSIONS = [
  'workspace.read',
  'workspace.manage',
  'member.read',
  'member.manage',
  'token.manage-own',
  'audit.read',
  'project.create',
  'project.read',
  'project.update',
  'project.delete',
  'import.create',
  'import.read',
  'item.read',
  'item.update',
  'queue.read',
  'queue.lease',
  'annotation.create',
  'annotation.read',
  'label.read',
  'label.correct',
  'label.export',
  'round.read',
  'round.manage',
  'model.read',
  'model.manage',
  'model.predict',
  'schedule.read',
  'schedule.manage',
  'simulation.read',
  'simulation.manage',
  'demo.answer',
] as const;
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

const ANNOTATOR: readonly Permission[] = [
  'workspace.read',
  'token.manage-own',
  'project.read',
  'queue.lease',
  'annotation.create',
];
const REVIEWER: readonly Permission[] = [
  ...ANNOTATOR,
  'item.read',
  'annotation.read',
  'label.read',
  'label.correct',
  'queue.read',
  'round.read',
  'model.read',
  'simulation.read',
];
const ENGINEER: readonly Permission[] = [
  ...REVIEWER,
  'member.read',
  'project.create',
  'project.update',
  'import.create',
  'import.read',
  'item.update',
  'label.export',
  'round.manage',
  'model.manage',
  'model.predict',
  'schedule.read',
  'schedule.manage',
  'simulation.manage',
  'demo.answer',
];

/** What each role may do. Nothing that is not listed is allowed. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  annotator: new Set(ANNOTATOR),
  reviewer: new Set(REVIEWER),
  engineer: new Set(ENGINEER),
  owner: new Set(PERMISSIONS),
};
