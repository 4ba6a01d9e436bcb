import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Folder, folder } from './folder.ts';

/** A recorded directory of the fixtures, whose answers are compressed there, as `--from` reads it. */
export function recording(name: string): Folder {
  const source = new URL(`../fixtures/${name}/`, import.meta.url).pathname;
  const target = folder();
  for (const file of readdirSync(source)) {
    const bytes = readFileSync(join(source, file));
    const isCompressed = file.endsWith('.gz');
    const path = target.at(isCompressed ? file.slice(0, -'.gz'.length) : file);
    writeFileSync(path, isCompressed ? gunzipSync(bytes) : bytes);
  }
  return target;
}
