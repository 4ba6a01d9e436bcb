import { z } from 'zod';
import { day, hour } from '../../time.ts';

/** What a recorded directory says about itself, in `recording.json`. */
export const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().describe('the address under which the API was found'),
  recorded: z.number().describe('when the recording began, in milliseconds since 1970'),
  incomplete: z
    .string()
    .optional()
    .describe('the reason why responses are missing; absent where all were kept'),
  answers: z.array(
    z.object({
      method: z.enum(['GET', 'POST']),
      path: z.string(),
      params: z.record(z.string(), z.string()),
      date: z.number().nullable().describe("the server's clock, in milliseconds since 1970"),
      file: z.string().nullable().describe('the body; null where there was no response to keep'),
      failure: z
        .object({
          kind: z.enum(['missing', 'auth', 'data']),
          message: z.string(),
          hint: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type RecordedAnswer = Manifest['answers'][number];

export const manifestName = 'recording.json';

/** What makes two requests the same. */
export function requestKey({
  method,
  path,
  params,
}: Pick<RecordedAnswer, 'method' | 'path' | 'params'>): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${method} ${path}?${new URLSearchParams(sorted)}`;
}

/** Parameters of the cost endpoints that say what a server does without them, on every product. */
const defaults: Readonly<Record<string, string>> = {
  accumulate: 'false',
  shareIdle: 'false',
  splitIdle: 'false',
  idleByNode: 'false',
  external: 'false',
  reconcile: 'true',
};

/** The key of a request without parameters that only state a default: such requests mean the same. */
export function meaningKey(request: Parameters<typeof requestKey>[0]): string {
  const { params } = request;
  const stated = Object.entries(params).filter(
    ([name, value]) => defaults[name] !== value && !(name === 'step' && isWhole(params, value)),
  );
  return requestKey({ ...request, params: Object.fromEntries(stated) });
}

const lengths: Readonly<Record<string, number>> = { h: hour, d: day, w: 7 * day };

/** Whether one step covers the whole window. */
function isWhole({ window = '' }: RecordedAnswer['params'], step: string): boolean {
  const [, count = '', unit = ''] = /^(\d+)([hdw])$/.exec(step) ?? [];
  const [start = Number.NaN, end = Number.NaN] = window.split(',').map((time) => Date.parse(time));
  return Number(count) * (lengths[unit] ?? Number.NaN) === end - start;
}
