import { writeSync } from 'node:fs';

// Loaded before a program (`node --import`): says at its end how much memory it had at most, in bytes.
process.on('exit', () => {
  writeSync(3, String(process.resourceUsage().maxRSS * 1024));
});
