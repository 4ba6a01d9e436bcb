import { z } from 'zod';
import { acceptedEntrySchema } from '../audits/accepted-schema.ts';

const { amount, reason, expires } = acceptedEntrySchema.shape;

/** An entry of `accepted:` in `.kc-etl.yaml`: a finding that does not count for the gate until a day. */
export const acceptedFindingSchema = z.strictObject({
  finding: z.string().min(1).describe('the id of a finding (* matches any text), or a code'),
  amount: amount.describe(
    'a finding with a larger amount in a window, in either direction, is not accepted',
  ),
  reason,
  expires,
});

export type AcceptedFinding = z.infer<typeof acceptedFindingSchema>;
