// Brings the database up to date before anything else starts, and says how the first owner gets in.
// Safe to run again: nothing is done twice, and once somebody has signed in no link is made.
import {
  createDatabase,
  createObjectStore,
  createSignInToken,
  deployMigrations,
  ensureFirstOwner,
  hasSignedIn,
  joinInstallation,
  loadConfig,
  migrateQueueSchema,
} from '@dubio/platform';

const config = loadConfig();
const applied = await deployMigrations(config.databaseUrl, { log: console.log });
if (config.redisUrl === undefined) await migrateQueueSchema(config.databaseUrl);
console.log(
  applied.length === 0 ? 'The database is up to date.' : 'The database was brought up to date.',
);

const database = createDatabase(config.databaseUrl, { max: 2 });
try {
  const store = createObjectStore(config.storageUrl);
  await joinInstallation(database, store, config.storageUrl);
  const { userId } = await ensureFirstOwner(database);
  if (!(await hasSignedIn(database, userId)) || process.argv.includes('--link')) {
    const token = await createSignInToken(database, userId);
    console.log(`Sign in once, within a day: ${config.publicUrl}/sign-in#token=${token}`);
  }
} finally {
  await database.close();
}
