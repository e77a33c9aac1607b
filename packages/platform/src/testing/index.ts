export { type SeededProject, type SeedOptions, seedProject } from './seed-project.js';
export { startTestDatabase, type TestDatabase } from './test-database.js';
export { redisForTests } from './test-redis.js';
export { startTestServer, type TestServer } from './test-server.js';
