import { startTestServer } from './test-server.js';

/** For vitest's `globalSetup`: one server for all files of a run instead of a start for each. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  process.env.DUBIO_TEST_DATABASE_URL = server.url;
  return async () => {
    delete process.env.DUBIO_TEST_DATABASE_URL;
    await server.stop();
  };
}
