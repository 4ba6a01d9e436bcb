import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import { type ExpectedClusters, parseExpected } from '../../fleet/expected.ts';

/** The clusters of an `--expect` file; null without one. @throws UsageError */
export async function readExpected(path: string | null): Promise<ExpectedClusters | null> {
  if (path === null) return null;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--expect: ${path} cannot be read: ${reasonOf(error)}`);
  }
  return parseExpected(text, path);
}
