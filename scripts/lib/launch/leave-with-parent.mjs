// Loaded before every program the launcher starts: when the launcher dies, even by kill -9, the
// channel to it closes and the program ends as if asked to.
// docs/decisions/0169
const PATIENCE_MS = 10_000;

// A log that cannot be written to, be it a full disk or a closed pipe, ends no program.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Programs hand this file on to those they start themselves, whose channels are not ours to touch.
if (process.channel && process.ppid === Number(process.env.DUBIO_LAUNCHER_PID)) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), PATIENCE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // The channel alone must not keep a program running that has finished.
  process.channel.unref();
}
