/** Keys of everything that belongs to a project begin alike, so that live events find them. */
export const queryKeys = {
  me: ['me'] as const,
  projects: (workspaceId: string) => ['projects', workspaceId] as const,
  project: (projectId: string, ...rest: readonly unknown[]) =>
    ['project', projectId, ...rest] as const,
};
