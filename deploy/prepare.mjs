// Brings the database up to date before anything else starts, and says how the first owner gets in.
// Safe to run again: nothing is done twice, and once somebody has signed in no link is made.
import {
  createDatabase,
  createSignInToken,
  deployMigrations,
  ensureFirstOwner,
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
  const { userId } = await ensureFirstOwner(database);
  const { rowCount } = await database.pool.query(
    'SELECT 1 FROM sign_in_link WHERE user_id = $1 AND used_at IS NOT NULL LIMIT 1',
    [userId],
  );
  if (rowCount === 0 || process.argv.includes('--link')) {
    const token = await createSignInToken(database, userId);
    console.log(`Sign in once, within a day: ${config.publicUrl}/sign-in#token=${token}`);
  }
} finally {
  await database.close();
}
