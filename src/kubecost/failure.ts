import { DataError, type KcEtlError } from '../errors.ts';

/**
 * How much a failure tells about the server, for choosing between the two base paths: a 401 says
 * more than the page of HTML that a front end shows for any unknown path.
 */
export type Specificity = 'page' | 'missing' | 'refused' | 'gateway' | 'auth' | 'final';

const rank: readonly Specificity[] = ['page', 'missing', 'refused', 'gateway', 'auth', 'final'];

/** One request that went wrong: what to tell the user, and what the client may do about it. */
export class Failure extends Error {
  readonly error: KcEtlError;
  /** `final`: no other base path can do better. */
  readonly specificity: Specificity;
  /** Whether a GET may be sent again. */
  readonly transient: boolean;
  /** Milliseconds the server asked to wait before the next try. */
  readonly retryAfter: number | null;
  /** The HTTP status; null where there was no response. */
  readonly status: number | null;

  constructor(
    error: KcEtlError,
    facts: {
      specificity?: Specificity;
      transient?: boolean;
      retryAfter?: number | null;
      status?: number | null;
    } = {},
  ) {
    super(error.message, { cause: error });
    this.error = error;
    this.specificity = facts.specificity ?? 'final';
    this.transient = facts.transient ?? false;
    this.retryAfter = facts.retryAfter ?? null;
    this.status = facts.status ?? null;
    behind.set(error, this);
  }

  /** Whether this says more about the server than `other`. */
  isMoreSpecificThan(other: Failure): boolean {
    return rank.indexOf(this.specificity) > rank.indexOf(other.specificity);
  }
}

/** A proxy in front gave up on the server (499, 502, 504, 520 to 526, 530): asking for more makes it worse. */
export class GatewayError extends DataError {}

/** It gave up for good (499, 520 to 526, 530). */
export class GatewayGaveUpError extends GatewayError {}

/** The server does not take the question (400), so that asking again is of no use. */
export class BadRequestError extends DataError {}

const behind = new WeakMap<KcEtlError, Failure>();

/** The request that went wrong behind an error that a client threw; undefined for any other. */
export function failureBehind(error: KcEtlError): Failure | undefined {
  return behind.get(error);
}

/** The server has no such endpoint, under any base path: the caller may know what to use instead. */
export class EndpointNotFoundError extends DataError {}

/** What to do about a response that is not of this API. */
export const notKubecostHint =
  'is this the address of a Kubecost? kc-etl needs its API, with or without /model';

/** Whether the server does not offer what was requested (400, 404, 405, 501). */
export function isUnsupported(error: unknown): boolean {
  return error instanceof EndpointNotFoundError || error instanceof BadRequestError;
}

/** What to do about a 401. */
export const loginHint =
  'put a token into KC_ETL_TOKEN, a service key into KC_ETL_API_KEY, or user:password into KC_ETL_USER';

/** A page on which a person is to log in. */
export class LoginPageError extends DataError {}

/** A web page that is neither a login nor a known error: a front end's answer to an unknown path. */
export class WebPageError extends DataError {}

/** The server answered under a 2xx status, with a sentence in place of the data. */
export class RefusalError extends DataError {
  /** The server's own words, on one line. */
  readonly sentence: string;

  constructor(message: string, sentence: string) {
    super(message, 'the server gives this as the reason; a smaller --window may avoid it');
    this.sentence = sentence;
  }
}
