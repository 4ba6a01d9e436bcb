import { createHash } from 'node:crypto';
import { z } from 'zod';
import { folderOf, hashOf } from './layout.ts';
import { type Identity, identitySchema, optionsSchema } from './schema.ts';

/** A part of the units (server, window) of a run. */
export interface Shard {
  /** 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** All units of a sharded run: every shard writes the same plan, so that a merge knows what belongs to it. */
export const shardPlanSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('ShardPlan'),
  server: identitySchema,
  url: z.string().nullable().describe('the address that requests went to, as a report names it'),
  options: optionsSchema,
  count: z.number().describe('number of shards'),
  windows: z.array(z.string()).describe('starts of the windows of all shards, in order of time'),
});

export type ShardPlan = z.infer<typeof shardPlanSchema>;

/** The folder of the plans in an AuditStore. */
export const planFolder = 'shards';

/** Where a plan is kept; the same plan has the same name, whoever writes it. */
export function planPath({ url: _, ...plan }: ShardPlan): string {
  return `${planFolder}/${hashOf({ ...plan, server: folderOf(plan.server), options: hashOf(plan.options) })}.json`;
}

/**
 * The shard of a unit, 1 to `count`. A hash spreads the windows of a server over all shards, so that a
 * slow server is shared by them.
 *
 * @param start of the window, RFC 3339
 */
export function shardOf(server: Identity, start: string, count: number): number {
  const digest = createHash('sha256')
    .update(`${folderOf(server)} ${start}`)
    .digest();
  return (digest.readUInt32BE(0) % count) + 1;
}
