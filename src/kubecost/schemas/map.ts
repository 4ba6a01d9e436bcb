import { type ZodType, z } from 'zod';

/** Zod compiles a schema when it is first used, which takes longer than to check this many values without. */
const maxUncompiled = 100;

/**
 * The schema of an object whose keys are names from a server. `z.record` drops a key `__proto__`,
 * which is a legal name of a node, and its costs.
 */
export function mapOf<T>(value: ZodType<T>): ZodType<Map<string, T>> {
  let checked = 0;
  return z.unknown().transform((raw, context) => {
    const map = new Map<string, T>();
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      context.addIssue({
        code: 'custom',
        message: `expected an object, received ${typeName(raw)}`,
      });
      return map;
    }
    for (const [key, entry] of Object.entries(raw)) {
      const parsed = value.safeParse(entry, { jitless: checked++ < maxUncompiled });
      if (parsed.success) map.set(key, parsed.data);
      else {
        for (const { message, path } of parsed.error.issues) {
          context.addIssue({ code: 'custom', message, path: [key, ...path] });
        }
      }
    }
    return map;
  });
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
