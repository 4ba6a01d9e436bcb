import { z } from 'zod';
import { type AuditType, auditTypeNames, auditTypeSpellings } from './types.ts';

const typeName = z.string().transform((text, context): AuditType => {
  const type = auditTypeSpellings.get(text.toLowerCase());
  if (type) return type;
  context.addIssue({
    code: 'custom',
    message: `'${text}' is not an audit type: ${auditTypeNames.join(', ')}`,
  });
  return z.NEVER;
});

/** An entry of `accepted:` in `.kc-etl.yaml`: differences that do not count until a day. */
export const acceptedEntrySchema = z.strictObject({
  type: typeName.describe('an audit type, by its name or short form'),
  key: z
    .union([z.string(), z.array(z.string())])
    .transform((key) => (typeof key === 'string' ? key : key.join('/')))
    .describe('the parts of the key, or one string with slashes between them; * matches any text'),
  amount: z.number().nonnegative().describe('a larger delta, in either direction, is not accepted'),
  reason: z.string().trim().min(1),
  expires: z.iso.date().describe('the last day (UTC) on which it is accepted'),
});

export type AcceptedEntry = z.infer<typeof acceptedEntrySchema>;
