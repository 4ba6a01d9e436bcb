import type { ApiResponse } from '../response.ts';
import { limited } from './size-limit.ts';
import { tokenizeJson } from './tokenizer.ts';

/** A small JSON document, whatever its shape. */
export async function readDocument(response: ApiResponse): Promise<unknown> {
  let whole: unknown = null;
  await tokenizeJson(limited(response.body), {
    value(row) {
      whole = row.json();
    },
  });
  return whole;
}
