import { expect, expectTypeOf, it } from 'vitest';
import { createClient, type LeasedItem, type Project } from '../src/index.js';

const dubio = createClient({ baseUrl: 'http://localhost' });
// What is wrong here is told by the compiler (npm run types); the calls themselves are never made.
const never = (_call: () => unknown) => undefined;

it('answers have the types of the document', () => {
  expectTypeOf(dubio.projects.get).returns.resolves.toEqualTypeOf<Project>();
  expectTypeOf(dubio.queue.lease)
    .returns.resolves.toHaveProperty('leased')
    .toEqualTypeOf<LeasedItem[]>();
  expectTypeOf(dubio.labels.exportCsv).returns.resolves.toEqualTypeOf<Response>();
  expectTypeOf(dubio.auth.signOut).returns.resolves.toEqualTypeOf<undefined>();
});

it('parameters of the path are required, those with a default are not', () => {
  // @ts-expect-error the project is missing
  never(() => dubio.projects.get({}));
  // @ts-expect-error a number is no project
  never(() => dubio.projects.get({ projectId: 3 }));
  // @ts-expect-error there is no such split
  never(() => dubio.items.list({ projectId: 'p', split: 'train' }));
  never(() => dubio.items.list({ projectId: 'p' }));
  never(() => dubio.queue.lease({ projectId: 'p' }));
  never(() => dubio.auth.me());
  expect(dubio.projects.get).toBeTypeOf('function');
});
