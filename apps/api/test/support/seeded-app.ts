import { type SeededProject, seedProject } from '@dubio/platform/testing';
import { afterAll, beforeAll } from 'vitest';
import { startTestApp, type TestApp } from './test-app.js';

/** An app for one file of tests: a project with a queue, whose owner is signed in. */
export function useSeededApp() {
  let app: TestApp;
  let seeded: SeededProject;
  let owner: string;
  beforeAll(async () => {
    app = await startTestApp();
    seeded = await seedProject(app.database, { items: 8, test: 2, queue: true });
    owner = await app.signIn(seeded.ownerId);
  });
  afterAll(() => app.close());
  const url = (path: string) => `/projects/${seeded.projectId}${path}`;
  return {
    get app() {
      return app;
    },
    get seeded() {
      return seeded;
    },
    get owner() {
      return owner;
    },
    /** The address of the project. */
    get project() {
      return url('');
    },
    get: (path: string) => app.call('GET', url(path), { session: owner }),
    post: (path: string, body: unknown = {}) =>
      app.call('POST', url(path), { session: owner, body }),
  };
}
