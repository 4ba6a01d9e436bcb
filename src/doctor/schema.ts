import { z } from 'zod';

/** The steps of doctor in their order, with the fact that each establishes. */
export const doctorSteps = {
  target: 'the address and the connection to it',
  dns: 'the host name resolves',
  address: 'the port is open',
  tls: 'the connection is encrypted and trusted',
  login: 'the credentials are accepted',
  prefix: 'the path under which the API begins',
  product: 'Kubecost or OpenCost',
  version: 'the version of the product',
  endpoints: 'the APIs that respond',
  cluster: 'the clusters whose data it holds',
  etl: 'the ETL pipeline is running',
  clock: "the server's clock agrees with the local one",
  retention: 'how far back the data goes',
} as const;

export type DoctorStepName = keyof typeof doctorSteps;

const stepNames = Object.keys(doctorSteps) as [DoctorStepName, ...DoctorStepName[]]; // keys() loses the record's type

const stepSchema = z.object({
  step: z.enum(stepNames),
  status: z
    .enum(['passed', 'warning', 'failed', 'skipped'])
    .describe('skipped: an earlier step failed, or the step does not apply'),
  detail: z.string().describe('the fact that was found'),
  hint: z.string().nullable().describe('advice, where the step warns or fails'),
  command: z.string().nullable().describe('the command to run next'),
});

/** `doctor -o json`. */
export const doctorSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable().describe('the address of the API; null where it was not found'),
  product: z.enum(['kubecost', 'opencost']).nullable(),
  version: z.string().nullable(),
  clusterId: z.string().nullable(),
  healthy: z
    .boolean()
    .describe('no step failed: the event log, the audits, or allocations and assets can be read'),
  steps: z.array(stepSchema),
});

export type DoctorStep = z.infer<typeof stepSchema>;
export type DoctorReport = z.infer<typeof doctorSchema>;
