import type { z } from 'zod';
import { type StoredDay, storedDaySchema } from './schema.ts';
import { shapeOf } from './shape.ts';

/** Undefined where it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A file of a store, or what is wrong with it.
 *
 * @param what the file should be
 */
export function parseFile<Content>(
  text: string,
  schema: z.ZodType<Content>,
  what: string,
): Content | string {
  const content = jsonOf(text);
  if (content === undefined) return 'is not JSON';
  return newerVersion(content) ?? checked(content, schema, what);
}

const isDay = shapeOf(storedDaySchema);

/**
 * A stored day, or what is wrong with it.
 *
 * @param strings shared by days that are read together
 */
export function parseDay(text: string, strings: Map<string, string>): StoredDay | string {
  const content = jsonOf(text);
  if (content === undefined) return 'is not JSON';
  const newer = newerVersion(content);
  if (newer !== null) return newer;
  if (isDay(content, strings)) return content as StoredDay; // what the schema accepts
  // parsed again: the check above may have changed it
  return checked(jsonOf(text), storedDaySchema, 'an AuditSet');
}

function newerVersion(content: unknown): string | null {
  const version =
    typeof content === 'object' && content !== null
      ? Reflect.get(content, 'schemaVersion')
      : undefined;
  return typeof version === 'number' && version > 1
    ? `was written by a newer kc-etl (schema ${version})`
    : null;
}

function checked<Content>(
  content: unknown,
  schema: z.ZodType<Content>,
  what: string,
): Content | string {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = [issue?.path.join('.'), issue?.message].filter(Boolean);
  return `is not ${what}: ${place.join(': ')}`;
}
