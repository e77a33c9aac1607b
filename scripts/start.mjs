// npm start: from a fresh clone to a link, with nothing but Node and npm. Nothing but Node's own
// modules is imported here, and nothing newer than Node 14 is written, so that an old Node gets a
// sentence instead of a crash.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Dubio needs Node 20.19 or newer and this is ${process.versions.node}: install a newer one from https://nodejs.org and start again.`,
  );
  process.exit(1);
}
const { startProduct } = await import('./lib/launch/start-product.mjs');
await startProduct();
