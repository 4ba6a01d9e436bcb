import { z } from 'zod';

const text = z.string().catch('');

/**
 * `data` of `GET /cloudCost/status`: one entry per billing integration; null without any. Its
 * `config`, which may hold credentials, is not read.
 */
export const cloudCostStatusSchema = z
  .array(
    z.object({
      provider: text,
      coverage: text,
      connectionStatus: text,
      active: z.boolean().catch(true),
    }),
  )
  .nullable()
  .transform((entries) => entries ?? []);
