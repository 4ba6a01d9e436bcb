import { isFuzz } from './extent.ts';

/** An answer with an error status. */
export interface StatusAnswer {
  readonly name: string;
  /** Status and reason. */
  readonly status: string;
  readonly type: string;
  readonly body: string;
  readonly worth: 'failure' | 'refused';
}

const common = [400, 401, 403, 404, 429, 500, 502, 503, 504] as const;
const rare = [
  402, 405, 406, 407, 408, 409, 410, 413, 414, 415, 418, 421, 422, 425, 426, 428, 431, 451, 499,
  501, 505, 507, 508, 511, 520, 521, 522, 523, 524, 599,
] as const;

const bodies = [
  ['JSON', 'application/json', '{"code":0,"message":"it failed"}'],
  ['HTML', 'text/html', '<html><head><title>It failed</title></head><body></body></html>'],
  ['text', 'text/plain', 'it failed'],
  ['nothing', 'text/plain', ''],
] as const;

const isRefusal = (status: number) => status === 401 || status === 403 || status === 407;

/** The API server's own answers: not Kubecost's, whatever their status. */
const kubernetes: readonly StatusAnswer[] = [401, 403, 404, 500, 503].map((code) => ({
  name: `${code} of the Kubernetes API server`,
  status: `${code} Failure`,
  type: 'application/json',
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    message: 'no',
  }),
  worth: isRefusal(code) ? 'refused' : 'failure',
}));

/** Error statuses, each with every kind of body. */
export const statusAnswers: readonly StatusAnswer[] = [
  ...[...common, ...(isFuzz ? rare : [])].flatMap((status) =>
    bodies.map(
      ([kind, type, body]): StatusAnswer => ({
        name: `${status} with ${kind}`,
        status: `${status} Failure`,
        type,
        body: body.replace('"code":0', `"code":${status}`),
        worth: isRefusal(status) ? 'refused' : 'failure',
      }),
    ),
  ),
  ...kubernetes,
];
