// Preloaded into a program that a bench forked: its clock stands still, and moves when the bench says so. A
// wait of half an hour or more (the next run of a watch) is reported with the memory in use, and is over at the
// time that the bench answers.
const wait = 30 * 60_000;
/** A collection takes longer than a run: memory is read at every tenth wait. */
const measuredWaits = 10;
let now = Number(process.env.SIMULATED_NOW);
let waits = 0;
/** @type {(() => void) | null} */
let onTime = null;

Date.now = () => now;

process.on('message', (/** @type {number} */ time) => {
  now = time;
  if (onTime === null) process.send?.({ now });
  onTime?.();
});
process.channel?.unref();

const realTimeout = globalThis.setTimeout;

/** @param {() => void} callback @param {number} [ms] @param {unknown[]} more */
function simulatedTimeout(callback, ms = 0, ...more) {
  if (ms < wait) return realTimeout(callback, ms, ...more);
  onTime = () => {
    onTime = null;
    callback();
  };
  const isMeasured = waits++ % measuredWaits === 0;
  // what has a finalizer, such as a buffer, is gone after another collection
  for (let i = 0; isMeasured && i < 3; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage(); // external includes array buffers
  const { user, system } = process.cpuUsage();
  process.send?.({
    wakes: now + ms,
    memory: isMeasured ? heapUsed + external : 0,
    seconds: (user + system) / 1e6,
  });
  return realTimeout(() => {}, 0);
}
globalThis.setTimeout = Object.assign(simulatedTimeout, realTimeout);
