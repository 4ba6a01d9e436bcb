import { z } from 'zod';

/** What doctor looks at, in order, and what each step asks. */
export const doctorSteps = {
  way: 'how it is reached',
  name: 'the host name is known',
  address: 'something listens at the port',
  tls: 'the connection is encrypted and trusted',
  login: 'the credentials are taken',
  prefix: 'where the API begins',
  product: 'which product it is',
  version: 'which version',
  endpoints: 'what it offers',
  cluster: 'whose data it holds',
  etl: 'the pipeline is at work',
  clock: 'its clock agrees with this one',
  retention: 'how far back it goes',
} as const;

export type DoctorStepName = keyof typeof doctorSteps;

const stepNames = Object.keys(doctorSteps) as [DoctorStepName, ...DoctorStepName[]]; // keys() forgets which

const stepSchema = z.object({
  step: z.enum(stepNames),
  status: z
    .enum(['passed', 'warning', 'failed', 'skipped'])
    .describe('skipped: an earlier step failed, or the step does not apply'),
  detail: z.string().describe('what was found'),
  hint: z.string().nullable().describe('what to do about it'),
  command: z.string().nullable().describe('a command line that would get further'),
});

/** `doctor -o json`. */
export const doctorSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable().describe('the address of the API; null where it was not found'),
  product: z.enum(['kubecost', 'opencost']).nullable(),
  version: z.string().nullable(),
  clusterId: z.string().nullable(),
  healthy: z.boolean().describe('no step failed'),
  steps: z.array(stepSchema),
});

export type DoctorStep = z.infer<typeof stepSchema>;
export type DoctorReport = z.infer<typeof doctorSchema>;
