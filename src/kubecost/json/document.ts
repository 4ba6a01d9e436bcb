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

/** `data` of a small document in an envelope, or the whole of one without. */
export async function readUnwrappedDocument(response: ApiResponse): Promise<unknown> {
  const document = await readDocument(response);
  return typeof document === 'object' && document !== null && 'data' in document
    ? document.data
    : document;
}
