import { z } from 'zod';
import { DataError } from '../../errors.ts';
import { readDocument } from '../json/document.ts';
import { UnexpectedShapeError } from '../json/unexpected-shape.ts';
import type { ApiResponse } from '../response.ts';

const elementSchema = z.object({
  metric: z.record(z.string(), z.string()),
  value: z.tuple([z.number(), z.string()]),
});

const answerSchema = z.union([
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.literal('vector'), result: z.array(elementSchema) }),
  }),
  z.object({ status: z.literal('error'), error: z.string().catch('') }),
]);

/** An element of an instant vector. */
export interface VectorElement {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/**
 * The response of `GET /prometheusQuery`: Prometheus's own, without Kubecost's envelope; some versions
 * put it into one.
 *
 * @throws DataError where Prometheus refuses the query
 */
export async function readPrometheusVector(response: ApiResponse): Promise<VectorElement[]> {
  const parsed = answerSchema.safeParse(withoutEnvelope(await readDocument(response)));
  if (!parsed.success) throw new UnexpectedShapeError([], 'not a response of Prometheus');
  if (parsed.data.status === 'error') {
    throw new DataError(`Prometheus refuses the query: ${parsed.data.error}`);
  }
  return parsed.data.data.result.map(({ metric, value }) => ({
    labels: new Map(Object.entries(metric)),
    value: Number(value[1]),
  }));
}

function withoutEnvelope(answer: unknown): unknown {
  const isEnvelope =
    typeof answer === 'object' && answer !== null && 'code' in answer && 'data' in answer;
  return isEnvelope ? answer.data : answer;
}
