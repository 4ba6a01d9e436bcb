import { DataError } from '../errors.ts';
import type { Client } from './client.ts';
import { readUnwrappedDocument } from './json/document.ts';

/** A small response in an envelope or without one; undefined where the server does not return it. */
export async function documentAt(client: Client, path: string): Promise<unknown> {
  try {
    return await client.get(path, {}, readUnwrappedDocument);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
